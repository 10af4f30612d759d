package dev.reins.store.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.config.Definition;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.config.Users;
import dev.reins.store.config.Users.UserLimits;
import dev.reins.store.journal.NewMessage;
import dev.reins.store.run.StartBody.Agentic;
import dev.reins.store.run.StartBody.Planned;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Creates runs: checks the request, takes the snapshot of definition and limits, and writes the queued row. Thread-safe. */
public final class StartRuns {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final ToolCatalog tools;
    private final Users users;
    private final RunViews runs;

    public StartRuns(
            JdbcClient jdbc,
            TransactionOperations transaction,
            StrictJson json,
            ToolCatalog tools,
            Users users,
            RunViews runs) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.tools = tools;
        this.users = users;
        this.runs = runs;
    }

    /**
     * Writes the row, its plan or first message, and the event run.queued, in the caller's transaction if there is one.
     * The same run id again gives the existing row and writes nothing.
     *
     * @throws RequestRejected invalid_request with pointers, not_found (project, agent, user), forbidden (a user named by
     *     who may not), unknown_tool, invalid_tool_input, limit_above_cap
     */
    public RunView start(StartRun start) {
        return transaction.execute(status -> {
            RunView existing = runs.find(start.runId()).orElse(null);
            if (existing != null) {
                return existing;
            }
            checked(start).insert(jdbc);
            return runs.find(start.runId()).orElseThrow();
        });
    }

    private NewRun checked(StartRun start) {
        return switch (StartBody.read(start, json)) {
            case Agentic agentic -> agentic(start, agentic);
            case Planned planned -> planned(start, planned);
        };
    }

    private NewRun agentic(StartRun start, Agentic body) {
        String wantedProject = firstOf(start.projectId(), body.projectId());
        requireProject(wantedProject);
        StartingAgent agent = StartingAgent.enabled(jdbc, body.agentId(), wantedProject, start.userId());
        String userId = Objects.requireNonNullElse(body.userId(), agent.userId());
        Definition definition = agent.definition();
        return new NewRun(
                start.runId(),
                agent.projectId(),
                userId,
                start.via(),
                limits(userId).with(definition.toLimits(), body.ownLimits()),
                agent,
                List.of(),
                conversation(definition.instructions(), body.prompt()),
                null);
    }

    private NewRun planned(StartRun start, Planned body) {
        PlanCheck plan = new PlanCheck(body.plan());
        plan.checkForm();
        String projectId = said("projectId", firstOf(start.projectId(), body.projectId()));
        String userId = said("userId", firstOf(body.userId(), start.userId()));
        requireProject(projectId);
        UserLimits limits = limits(userId);
        plan.checkTools(tools);
        return new NewRun(
                start.runId(),
                projectId,
                userId,
                start.via(),
                limits.with(LimitsPatch.NOTHING, body.ownLimits()),
                null,
                start.body().path("plan").values().stream().toList(),
                List.of(),
                null);
    }

    private void requireProject(@Nullable String projectId) {
        if (projectId == null) {
            return;
        }
        boolean exists = jdbc.sql("select exists (select from projects where id = :id)")
                .param("id", projectId)
                .query(Boolean.class)
                .single();
        if (!exists) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "There is no project '" + projectId + "'");
        }
    }

    private UserLimits limits(String userId) {
        return users.limits(userId).orElseThrow(() -> {
            String message = "There is no user '" + userId + "'";
            return new RequestRejected(ErrorCode.NOT_FOUND, message, List.of(new FieldError("/userId", message)));
        });
    }

    private static List<NewMessage> conversation(String instructions, String prompt) {
        NewMessage user = message("user", prompt);
        return instructions.isBlank() ? List.of(user) : List.of(message("system", instructions), user);
    }

    static NewMessage message(String role, String text) {
        return new NewMessage(role, StoredJson.tree(Map.of("text", text)));
    }

    private static String said(String name, @Nullable String value) {
        if (value == null) {
            throw RequestRejected.invalid("/" + name, name + " is required for a plan");
        }
        return value;
    }

    private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
        return first == null ? second : first;
    }
}
