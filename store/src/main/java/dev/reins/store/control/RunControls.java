package dev.reins.store.control;

import dev.reins.contracts.Door;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Verb;
import dev.reins.contracts.Wire;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.Incoming;
import dev.reins.contracts.step.Execution;
import dev.reins.store.Columns;
import dev.reins.store.Missing;
import dev.reins.store.RunCalls;
import dev.reins.store.Storable;
import dev.reins.store.StoredJson;
import dev.reins.store.journal.CallDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Control requests and their receipts. The run's row, under its lock, is where requests from all doors are put in
 * order: a request changes the row's status at once, and the workflow follows it. Thread-safe.
 */
public final class RunControls {
    private final JdbcClient jdbc;

    public RunControls(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param standing true where an earlier request already asks for the same: nothing needs delivery
     * @param status the row's status after this request
     */
    public record Accepted(Receipt receipt, RunStatus status, boolean standing) {}

    /** A receipt that the workflow has not confirmed. */
    public record Undelivered(
            String receiptId,
            RunId runId,
            Verb verb,
            @Nullable String by,
            @Nullable String reason) {}

    /**
     * Accepts or refuses a request by the table of control verbs in the wire contract. In REST's case a refusal leaves
     * no receipt; from Temporal's doors use {@link #receive}, where it does.
     *
     * @throws dev.reins.contracts.RequestRejected not_found; run_state with runStatus; no_room with needed{steps, credits};
     *     limit_above_cap
     */
    public Accepted request(ControlRequest request) {
        return accepted(
                request.runId(),
                () -> jdbc.sql("""
                        select * from reins_request(:receipt, :run, :verb, :door, :by, :reason, :extendSteps,
                            :extendCredits, :mayExceedCap)""")
                        .param("receipt", request.id())
                        .param("run", request.runId().value())
                        .param("verb", request.verb().wire())
                        .param("door", request.door().wire())
                        .param("by", request.by())
                        .param("reason", request.reason())
                        .param("extendSteps", request.extendSteps())
                        .param("extendCredits", request.extendCredits())
                        .param("mayExceedCap", request.mayExceedCap())
                        .query(RequestAnswer::of)
                        .single());
    }

    /** What {@link dev.reins.contracts.run.RunBookkeeping#controls} promises. */
    public Controls receive(Incoming incoming) {
        Execution execution = incoming.execution();
        List<SignalReading> signals =
                incoming.signals().stream().map(SignalReading::of).toList();
        return RunCalls.on(
                execution.runId(),
                () -> jdbc.sql("""
                        select * from reins_receive(:run, :execution, :reset, cast(:signals as jsonb), :cancelRequested,
                            :atBoundary)""")
                        .param("run", execution.runId().value())
                        .param("execution", execution.executionId())
                        .param("reset", execution.reset())
                        .param("signals", StoredJson.write(signals))
                        .param("cancelRequested", incoming.cancelRequested())
                        .param("atBoundary", incoming.atBoundary())
                        .query(ControlAnswers::controls)
                        .single());
    }

    /**
     * Says what became of a step that is unknown, or (retry only) of a failed one the run paused at; the run then resumes.
     *
     * @param output what the step gave, for {@code happened}; null: an empty object
     * @throws dev.reins.contracts.RequestRejected not_found, run_state
     */
    public Accepted resolve(
            String receiptId,
            RunId runId,
            int stepNumber,
            ResolveOutcome outcome,
            @Nullable JsonNode output,
            String by) {
        JsonNode given = Objects.requireNonNullElseGet(output, JsonNodeFactory.instance::objectNode);
        return accepted(
                runId,
                () -> jdbc.sql("""
                        select * from reins_resolve(:receipt, :run, :step, :outcome, cast(:output as jsonb),
                            :outputDigest, :door, :by)""")
                        .param("receipt", receiptId)
                        .param("run", runId.value())
                        .param("step", stepNumber)
                        .param("outcome", outcome.wire())
                        .param("output", Storable.json(given))
                        .param("outputDigest", CallDigest.ofOutput(given))
                        .param("door", Door.REST.wire())
                        .param("by", by)
                        .query(RequestAnswer::of)
                        .single());
    }

    public Optional<Receipt> find(String receiptId) {
        return jdbc.sql("select * from control_receipts where id = :id")
                .param("id", receiptId)
                .query((row, rowNumber) -> Receipt.of(new Columns(row)))
                .optional();
    }

    /** Which of these receipts, by their ids, are effective or refused. */
    public Set<String> closed(Set<String> receiptIds) {
        return jdbc.sql("""
                        select id from control_receipts
                        where id = any (:ids) and (effective_at is not null or refused_at is not null)
                        """)
                .param("ids", receiptIds.toArray(String[]::new))
                .query((row, rowNumber) -> row.getString("id"))
                .set();
    }

    /** Requests from REST that were stored before {@code before} and never reached the workflow, oldest first, at most 10,000. */
    public List<Undelivered> undelivered(Instant before) {
        return jdbc.sql("""
                        select id, run_id, verb, by, reason from control_receipts
                        where door = 'rest' and delivered_at is null and refused_at is null and requested_at < :before
                        order by requested_at, ordinal limit 10000""")
                .param("before", before.atOffset(ZoneOffset.UTC))
                .query((row, rowNumber) -> new Undelivered(
                        row.getString("id"),
                        new RunId(row.getString("run_id")),
                        Wire.of(Verb.class, row.getString("verb")),
                        row.getString("by"),
                        row.getString("reason")))
                .list();
    }

    private Accepted accepted(RunId runId, Supplier<RequestAnswer> call) {
        RequestAnswer answer;
        try {
            answer = RunCalls.on(runId, call);
        } catch (Missing missing) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "There is no run " + runId);
        }
        return new Accepted(find(answer.accepted()).orElseThrow(), answer.runStatus(), answer.standing());
    }
}
