package dev.reins.activities.tool;

import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;

/**
 * What one call may do and cost.
 *
 * @param idempotent whether it may be made again with the same key
 * @param estimate credits it uses at most
 */
public record CallTraits(boolean idempotent, Effect effect, long estimate) {
    public CallTraits {
        if (estimate < 0) {
            throw new IllegalArgumentException("A call cannot use " + estimate + " credits");
        }
    }

    /** Whether the call may be made again with the same key: it only reads, or what it does it does once. */
    public boolean isHarmlessToRepeat() {
        return idempotent || effect == Effect.READ;
    }

    /** What the spec says of every call. */
    public static CallTraits of(ToolSpec spec) {
        return new CallTraits(spec.idempotent(), spec.effect(), spec.price());
    }
}
