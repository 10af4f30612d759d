package dev.reins.contracts;

/** What someone says of a step whose outcome is unknown. */
public enum ResolveOutcome implements Wire {
    HAPPENED,
    RETRY,
    SKIP
}
