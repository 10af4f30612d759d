package dev.reins.contracts;

/** How steps are executed. */
public enum Lane implements Wire {
    ACTIVITY,
    EXPRESS
}
