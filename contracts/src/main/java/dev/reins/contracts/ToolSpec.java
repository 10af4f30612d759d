package dev.reins.contracts;

/**
 * What everyone may know of a tool without having it: workers publish it, the API checks plans against it, a model is
 * shown it.
 *
 * @param name also the activity type of its steps: {@code [a-z0-9_.]{1,64}}
 * @param inputSchema JSON Schema (draft 2020-12) of its input, as text
 * @param effect what a call may change at most
 * @param idempotent whether every call may be repeated with the same key
 * @param repeatable whether the loop guard exempts it while its result changes (polling)
 * @param price credits per call, unless the tool reports another cost
 */
public record ToolSpec(
        String name,
        String description,
        String inputSchema,
        Category category,
        Effect effect,
        boolean idempotent,
        boolean repeatable,
        long price) {}
