package dev.reins.standalone.temporal;

import java.nio.file.Path;

/**
 * A {@code temporal} binary that was found to run: command, dev server and Web UI in one file.
 *
 * @param version for example 1.9.1
 * @param origin says to a person where it comes from
 */
public record TemporalBinary(Path path, String version, String origin) {}
