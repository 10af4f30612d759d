package dev.reins.api.engine;

import dev.reins.contracts.RunId;
import dev.reins.contracts.Verb;
import org.jspecify.annotations.Nullable;

/** A stored control request on its way to the workflow. */
public record Delivery(
        String receiptId,
        RunId runId,
        Verb verb,
        @Nullable String by,
        @Nullable String reason) {}
