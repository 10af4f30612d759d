package dev.reins.contracts;

/** What a tool touches: rate windows and timeouts are kept per category. */
public enum Category implements Wire {
    BROWSER,
    EMAIL,
    DRIVE,
    CALENDAR,
    HTTP,
    AI,
    DEFAULT
}
