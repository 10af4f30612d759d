package dev.reins.activities.step;

import dev.reins.activities.tool.CallTraits;
import dev.reins.activities.tool.Tool;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Asks tools for the traits of calls. */
final class Traits {
    private static final Logger LOG = LoggerFactory.getLogger(Traits.class);

    private Traits() {}

    /** Empty where the tool breaks over the input: asked again it would again, so the call is not made. */
    static Optional<CallTraits> of(Tool tool, JsonNode input) {
        try {
            return Optional.of(Objects.requireNonNull(tool.traits(input)));
        } catch (Throwable e) {
            if (!isTheTools(e)) {
                throw e;
            }
            LOG.error(
                    "The traits of a call of {} ended with {} at {}",
                    tool.spec().name(),
                    e.getClass().getName(),
                    Place.of(e));
            return Optional.empty();
        }
    }

    /** The worker's own trouble passes, or ends it: the step is asked for again. */
    private static boolean isTheTools(Throwable e) {
        return !Machine.isInTrouble(e) && !(e instanceof InterruptedException);
    }
}
