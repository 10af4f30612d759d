package dev.reins.standalone.temporal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version as {@code temporal --version} says it. */
record TemporalVersion(int major, int minor, int patch) {
    /** The first whose dev server knows everything that Reins asks of it. */
    static final TemporalVersion OLDEST = new TemporalVersion(1, 5, 0);

    private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");
    private static final int ASK_SECONDS = 20;

    static Optional<TemporalVersion> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String patch = matcher.group(3);
        return Optional.of(new TemporalVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch)));
    }

    /** What the binary says of itself; empty if it does not run or is not Temporal's. */
    static Optional<TemporalVersion> of(Path binary) {
        try {
            Process process = new ProcessBuilder(binary.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(ASK_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String said = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            return said.startsWith("temporal version") ? parse(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    boolean isRecentEnough() {
        return major > OLDEST.major || (major == OLDEST.major && minor >= OLDEST.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
