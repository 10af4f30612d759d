package dev.reins.store.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.OnError;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.store.StrictJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The body of a start, of the right shape; nothing in it has been looked up yet. */
sealed interface StartBody {
    int MAX_STEPS = 5_000;

    @Nullable
    String projectId();

    @Nullable
    String userId();

    @Nullable
    LimitsPatch limits();

    default LimitsPatch ownLimits() {
        LimitsPatch limits = limits();
        return limits == null ? LimitsPatch.NOTHING : limits;
    }

    /** A model decides the steps. */
    record Agentic(
            String agentId,
            String prompt,
            @Nullable LimitsPatch limits,
            @Nullable String projectId,
            @Nullable String userId)
            implements StartBody {}

    /** The caller gives the steps. */
    record Planned(
            List<PlanStep> plan,
            @Nullable LimitsPatch limits,
            @Nullable String projectId,
            @Nullable String userId) implements StartBody {}

    record PlanStep(
            String tool,
            String description,
            ObjectNode params,
            @Nullable Long estimatedCredits,
            @Nullable OnError onError,
            @Nullable Boolean parallel) {
        boolean isParallel() {
            return Boolean.TRUE.equals(parallel);
        }
    }

    /** @throws RequestRejected invalid_request; forbidden if the body names a user and may not */
    static StartBody read(StartRun start, StrictJson json) {
        JsonNode body = start.body();
        StartBody read = isPlanned(body) ? planned(body, json) : agentic(body, json);
        List<FieldError> errors = read.ownLimits().outOfRange("/limits");
        if (!errors.isEmpty()) {
            throw new RequestRejected(
                    ErrorCode.INVALID_REQUEST, errors.getFirst().message(), errors);
        }
        if (read.projectId() != null && start.projectId() != null) {
            throw RequestRejected.invalid("/projectId", "'projectId' is not known here: the address names the project");
        }
        if (read.userId() != null && !start.mayNameUser()) {
            String message = "Only an admin key may say for which user a run is started";
            throw new RequestRejected(ErrorCode.FORBIDDEN, message, List.of(new FieldError("/userId", message)));
        }
        return read;
    }

    private static boolean isPlanned(JsonNode body) {
        boolean agentic = body.has("agentId") || body.has("prompt");
        if (agentic && body.has("plan")) {
            throw RequestRejected.invalid("/plan", "A run has either a plan, or an agentId and a prompt, not both");
        }
        if (body.isObject() && !agentic && !body.has("plan")) {
            throw RequestRejected.invalid("", "A run needs either an agentId and a prompt, or a plan");
        }
        return body.has("plan");
    }

    private static Agentic agentic(JsonNode body, StrictJson json) {
        Agentic read = json.bind(body, Agentic.class);
        if (read.prompt().isBlank()) {
            throw RequestRejected.invalid("/prompt", "prompt must not be blank");
        }
        return read;
    }

    private static Planned planned(JsonNode body, StrictJson json) {
        int size = body.path("plan").size();
        if (body.path("plan").isArray() && (size < 1 || size > MAX_STEPS)) {
            throw RequestRejected.invalid("/plan", "A plan has 1 to 5,000 steps; this one has %,d".formatted(size));
        }
        return json.bind(body, Planned.class);
    }
}
