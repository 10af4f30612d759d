package dev.reins.store.run;

import dev.reins.contracts.RunId;
import dev.reins.contracts.StartedVia;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A wish to start a run, from whichever door; the body is checked when it is started.
 *
 * @param body {@code {agentId, prompt, limits?}} or {@code {userId?, plan: […], limits?}}, with {@code projectId?} and
 *     {@code userId?} where the caller may say them
 * @param projectId the project the caller is bound to; null: the body's, else the agent's
 * @param userId the user the caller is bound to; null: the body's, else the agent's. An agent of another user is not found
 * @param mayNameUser whether the body may carry userId (admins and Temporal's doors)
 */
public record StartRun(
        RunId runId,
        JsonNode body,
        @Nullable String projectId,
        @Nullable String userId,
        boolean mayNameUser,
        StartedVia via) {}
