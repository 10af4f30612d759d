package dev.reins.benchmarks.contestant;

import java.util.Base64;
import java.util.Random;

/** What a benchmark's model says: letters that no store can compress much, the same for the same turn. */
final class Prose {
    private Prose() {}

    static String of(int turn, int bytes) {
        byte[] random = new byte[bytes * 3 / 4];
        new Random(turn).nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
