package dev.reins.benchmarks.contestant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;

/** What a benchmark's model says, in ASCII, the same for the same turn. */
final class Prose {
    /** From the beginning of Isaac Newton's Opticks (fourth edition, 1730), which belongs to everybody. */
    private static final String BOOK = read("opticks.txt");

    /** A prime, so that no two of many turns begin alike. */
    private static final int STEP = 541;

    private Prose() {}

    /** Consecutive words of the book, a different passage for each turn. */
    static String of(int turn, int bytes) {
        int from = Math.floorMod(turn * STEP, BOOK.length() - bytes);
        return BOOK.substring(from, from + bytes);
    }

    /** Random. */
    static String letters(int turn, int bytes) {
        byte[] random = new byte[bytes * 3 / 4];
        new Random(turn).nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static String read(String resource) {
        try (InputStream book = Objects.requireNonNull(Prose.class.getResourceAsStream(resource))) {
            return new String(book.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
