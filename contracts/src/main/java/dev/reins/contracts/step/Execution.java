package dev.reins.contracts.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.reins.contracts.RunId;
import org.jspecify.annotations.Nullable;

/**
 * One Temporal execution of a run. Every bookkeeping call and admission names it, so that the store can tell the
 * execution in charge from a stale one, and sees a reset with the first call after it.
 *
 * @param executionId Temporal's run id of this execution
 * @param reset whether it came about by a reset: its id differs from {@code getOriginalExecutionRunId()}
 * @param continuedFrom the execution that it continues as new, as Temporal itself says; null: it was started
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Execution(
        RunId runId,
        String executionId,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean reset,
        @Nullable String continuedFrom) {}
