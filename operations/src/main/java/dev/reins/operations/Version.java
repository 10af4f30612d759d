package dev.reins.operations;

import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;

/**
 * Which build this is.
 *
 * @param text such as {@code 1.2.0 (0a000c4)}; the commit only where the build knew it
 */
public record Version(String text) {

    static Version of(@Nullable BuildProperties build, @Nullable GitProperties git) {
        String number = String.valueOf(build == null ? "unversioned" : build.getVersion());
        String commit = git == null ? null : git.getShortCommitId();
        return new Version(commit == null ? number : "%s (%s)".formatted(number, commit));
    }

    /** Who a process is to Temporal: {@code <program>@<host>:<pid> <version>}. */
    public String identity(String program) {
        String host = ManagementFactory.getRuntimeMXBean().getName().replaceFirst("^\\d+@", "");
        return program + "@" + host + ":" + ProcessHandle.current().pid() + " " + text;
    }
}
