package dev.reins.store.run;

import dev.reins.contracts.RunId;
import tools.jackson.databind.JsonNode;

/**
 * A wish to go on with a run that has ended, as a new one.
 *
 * @param newId the id of the new run
 * @param ended the run to continue
 * @param body {@code {prompt?, limits?}}
 * @param mayUseAnyAgent whether the run may be continued although its agent is no longer its user's (admins)
 */
public record ContinueRun(RunId newId, RunId ended, JsonNode body, boolean mayUseAnyAgent) {}
