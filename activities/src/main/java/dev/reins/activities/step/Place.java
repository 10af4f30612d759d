package dev.reins.activities.step;

/** Where a failure comes from: all that a log tells of it besides its type, as its message may quote what a tool was given. */
final class Place {
    private Place() {}

    static String of(Throwable failure) {
        StackTraceElement[] frames = failure.getStackTrace();
        return frames.length == 0 ? "an unknown place" : frames[0].toString();
    }
}
