package dev.reins.store.admission;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.step.Execution;
import dev.reins.store.Columns;
import dev.reins.store.RunCalls;
import dev.reins.store.RunWatcher;
import dev.reins.store.Storable;
import dev.reins.store.StoredJson;
import dev.reins.store.journal.CallDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Admits, records and settles steps: each method is one round trip, one statement and one transaction. Thread-safe. */
public final class Admissions implements AccountCalls {
    /** In characters of JSON, of which a single result may have seven times as many. */
    private static final int ENOUGH_TOGETHER = 1 << 20;

    private final JdbcClient jdbc;
    private final RunWatcher watcher;

    public Admissions(JdbcClient jdbc, RunWatcher watcher) {
        this.jdbc = jdbc;
        this.watcher = watcher;
    }

    /**
     * Passes the step through guards 1 to 7 and claims it if all admit it.
     *
     * @throws dev.reins.store.Missing if there is no such run
     */
    public Admission admit(AdmissionRequest request) {
        Execution execution = request.execution();
        byte[] callDigest = CallDigest.ofCall(request.tool(), request.input());
        return RunCalls.on(
                execution.runId(),
                () -> jdbc.sql("""
                        select * from reins_admit(:run, :execution, :reset, :step, :kind, :tool, :category,
                            cast(:input as jsonb), :digest, :callDigest, :estimate, :idempotent, :repeatable, :token,
                            :queuedUs)""")
                        .param("run", execution.runId().value())
                        .param("execution", execution.executionId())
                        .param("reset", execution.reset())
                        .param("step", request.stepNumber())
                        .param("kind", request.kind().wire())
                        .param("tool", request.tool())
                        .param("category", request.category().wire())
                        .param("input", Storable.json(request.written()))
                        .param("digest", CallDigest.ofRequest(callDigest, request.estimate()))
                        .param("callDigest", callDigest)
                        .param("estimate", request.estimate())
                        .param("idempotent", request.idempotent())
                        .param("repeatable", request.repeatable())
                        .param("token", request.token())
                        .param("queuedUs", request.queuedMs() * 1000)
                        .query((row, rowNumber) -> told(request, row))
                        .single());
    }

    /**
     * Passes steps that are to run side by side through the guards, in their order and in one transaction, and claims none:
     * each is then claimed by an attempt of its own. Their tokens and queue times mean nothing.
     *
     * @param requests of one run, with consecutive numbers
     * @return how many of them, from the first on, may run side by side. The next one, and those after it, are to be asked
     *     for when these have ended; of it nothing was written.
     * @throws dev.reins.store.Missing if there is no such run
     */
    public int admitTogether(List<AdmissionRequest> requests) {
        Execution execution = requests.getFirst().execution();
        ArrayNode steps = JsonNodeFactory.instance.arrayNode();
        requests.forEach(request -> steps.add(CallsAsJson.of(request)));
        return RunCalls.on(
                        execution.runId(),
                        () -> jdbc.sql("""
                        select * from reins_admit_together(:run, :execution, :reset, cast(:steps as jsonb))""")
                                .param("run", execution.runId().value())
                                .param("execution", execution.executionId())
                                .param("reset", execution.reset())
                                .param("steps", Storable.json(steps))
                                .query((row, rowNumber) -> {
                                    tell(requests.get(rowNumber), row);
                                    return rowNumber;
                                })
                                .list())
                .size();
    }

    /**
     * Records what came of a claimed step, settles or releases its reservation, and appends its messages and events.
     *
     * @throws dev.reins.store.Missing if there is no such run
     */
    public Recording record(StepOutcome outcome) {
        Execution execution = outcome.execution();
        return RunCalls.on(
                execution.runId(),
                () -> jdbc.sql("""
                        select * from reins_record(:run, :execution, :step, :token, :status, cast(:output as jsonb),
                            :outputDigest, :message, :reported, :inputTokens, :outputTokens, cast(:messages as jsonb),
                            :lane)""")
                        .param("run", execution.runId().value())
                        .param("execution", execution.executionId())
                        .param("step", outcome.stepNumber())
                        .param("token", outcome.token())
                        .param("status", outcome.status().wire())
                        .param("output", Storable.json(outcome.written()))
                        .param("outputDigest", outcome.output() == null ? null : CallDigest.ofOutput(outcome.output()))
                        .param("message", Storable.text(outcome.errorMessage()))
                        .param("reported", outcome.reportedCredits())
                        .param("inputTokens", outcome.inputTokens())
                        .param("outputTokens", outcome.outputTokens())
                        .param("messages", Storable.json(StoredJson.tree(outcome.messages())))
                        .param("lane", outcome.lane().wire())
                        .query((row, rowNumber) -> told(outcome, row))
                        .single());
    }

    @Override
    public AccountAnswer make(AccountCall call) {
        return switch (call) {
            case AdmissionRequest request -> admit(request);
            case StepOutcome outcome -> record(outcome);
        };
    }

    @Override
    public List<AccountAnswer> makeTogether(String userId, List<AccountCall> calls) {
        return jdbc.sql("select * from reins_make_together(:user, cast(:calls as jsonb))")
                .param("user", userId)
                .param("calls", asManyAsFit(calls))
                .query((row, rowNumber) -> answer(calls.get(rowNumber), row))
                .list();
    }

    private static String asManyAsFit(List<AccountCall> calls) {
        StringJoiner asked = new StringJoiner(",", "[", "]");
        for (AccountCall call : calls) {
            asked.add(Storable.json(CallsAsJson.of(call)));
            if (asked.length() > ENOUGH_TOGETHER) {
                break;
            }
        }
        return asked.toString();
    }

    private AccountAnswer answer(AccountCall call, ResultSet row) throws SQLException {
        return switch (call) {
            case AdmissionRequest request -> told(request, row);
            case StepOutcome outcome -> told(outcome, row);
        };
    }

    /** Forgets admissions that no rate window needs any more: the older ones than ten minutes. */
    public int forgetOld() {
        return jdbc.sql("delete from admissions where admitted_at < reins_now() - interval '10 minutes'")
                .update();
    }

    private void tell(AdmissionRequest request, ResultSet row) throws SQLException {
        Evaluation evaluation = StepAnswers.evaluation(row);
        if (evaluation != null) {
            watcher.evaluated(request, evaluation);
        }
    }

    private Admission told(AdmissionRequest request, ResultSet row) throws SQLException {
        tell(request, row);
        return StepAnswers.admission(row);
    }

    private Recording told(StepOutcome outcome, ResultSet row) throws SQLException {
        Category category = new Columns(row).wordOrNull("category", Category.class);
        if (category != null) {
            watcher.recorded(outcome, category, Duration.ofMillis(row.getLong("took_ms")));
        }
        return StepAnswers.recording(row);
    }

    /**
     * Counts one failed call of a claimed step that Temporal will retry, and gives the claim up: the call has failed for
     * certain, so the next attempt may make it also where the tool is not idempotent, unless a claim before it left a
     * doubt. The same token counts once.
     *
     * @return the number of failed calls, this one included
     */
    public int countFailedCall(Execution execution, int stepNumber, UUID token, String errorMessage) {
        return RunCalls.on(
                execution.runId(),
                () -> jdbc.sql("select reins_count_failed_call(:run, :execution, :step, :token, :message)")
                        .param("run", execution.runId().value())
                        .param("execution", execution.executionId())
                        .param("step", stepNumber)
                        .param("token", token)
                        .param("message", Storable.text(errorMessage))
                        .query(Integer.class)
                        .single());
    }

    /**
     * Gives up the claim of a step that was not called: whoever asks for it next may call it whatever it does, unless a
     * claim before it left a doubt. Nothing is counted, and nothing happens where the claim is gone.
     *
     * @return whether the claim was held
     */
    public boolean giveBack(RunId runId, int stepNumber, UUID token) {
        return RunCalls.on(
                runId,
                () -> jdbc.sql("select reins_give_back(:run, :step, :token)")
                        .param("run", runId.value())
                        .param("step", stepNumber)
                        .param("token", token)
                        .query(Boolean.class)
                        .single());
    }
}
