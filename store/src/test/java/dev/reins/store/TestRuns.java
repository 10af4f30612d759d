package dev.reins.store;

import dev.reins.contracts.Category;
import dev.reins.contracts.Door;
import dev.reins.contracts.Lane;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepKind;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.RunBookkeeping.Controls;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.run.RunBookkeeping.Incoming;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.contracts.step.Execution;
import dev.reins.store.account.Accounts;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.AdmissionRequest;
import dev.reins.store.admission.Admissions;
import dev.reins.store.admission.Recording;
import dev.reins.store.admission.StepOutcome;
import dev.reins.store.control.ControlRequest;
import dev.reins.store.control.RunControls;
import dev.reins.store.run.RunLifecycle;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Runs for tests of what happens to them: rows written directly, executions made up, steps asked for and recorded. */
public final class TestRuns {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Admissions admissions;
    private final RunControls controls;
    private final RunLifecycle lifecycle;

    public TestRuns(TestDatabase database) {
        this(database, RunWatcher.NONE);
    }

    public TestRuns(TestDatabase database, RunWatcher watcher) {
        DataSource source = database.dataSource();
        this.jdbc = JdbcClient.create(source);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(source));
        this.admissions = new Admissions(jdbc, watcher);
        this.controls = new RunControls(jdbc);
        this.lifecycle = new RunLifecycle(jdbc, watcher);
        jdbc.sql("insert into projects (id, name) values ('p', 'P') on conflict do nothing")
                .update();
    }

    public Admissions admissions() {
        return admissions;
    }

    /** A fresh user of the tier with these credits. */
    public String user(String tier, long credits) {
        String user = "user-" + COUNT.incrementAndGet();
        jdbc.sql("insert into accounts (user_id, tier) values (:user, :tier)")
                .param("user", user)
                .param("tier", tier)
                .update();
        if (credits > 0) {
            grant(user, credits);
        }
        return user;
    }

    public void grant(String user, long credits) {
        new Accounts(jdbc).grant(user, credits, "test");
    }

    /**
     * A queued run of a fresh user of tier pro with 100,000 credits.
     *
     * @param limits what differs from the system's, as JSON
     */
    public TestRun run(String limits) {
        return run(user("pro", 100_000), "planned", limits);
    }

    public TestRun run(String user, String kind, String limits) {
        RunId id = new RunId("run-" + COUNT.incrementAndGet());
        jdbc.sql("""
                        insert into runs (id, project_id, user_id, kind, limits, limit_sources, max_steps, max_credits, started_via)
                        select :id, 'p', :user, :kind, merged, '{"maxSteps": "system"}',
                            (merged ->> 'maxSteps')::int, (merged ->> 'maxCredits')::bigint, 'rest'
                        from (select limits || cast(:limits as jsonb) as merged from system_limits) l""")
                .param("id", id.value())
                .param("user", user)
                .param("kind", kind)
                .param("limits", limits)
                .update();
        return new TestRun(id, user, new Execution(id, "execution-of-" + id, false, null));
    }

    /** What the call does while the database's clock is that much ahead. */
    public <T> T ahead(Duration shift, Supplier<T> call) {
        return transactions.execute(status -> {
            jdbc.sql("select set_config('reins.clock_shift', :shift, true)")
                    .param("shift", shift.toMillis() + " milliseconds")
                    .query(String.class)
                    .single();
            return call.get();
        });
    }

    /** What must hold at any moment, in the rows that break it. */
    public List<String> brokenInvariants() {
        return jdbc.sql("""
                        select 'account ' || user_id || ' overspent' from accounts where granted - settled - reserved < 0
                        union all
                        select 'account ' || a.user_id || ' and its ledger disagree' from accounts a
                        left join (select user_id,
                                coalesce(sum(amount) filter (where type = 'grant'), 0) as granted,
                                coalesce(sum(amount) filter (where type = 'settle'), 0) as settled,
                                coalesce(sum(case type when 'reserve' then amount when 'grant' then 0 else -amount end), 0) as reserved
                            from ledger group by user_id) l using (user_id)
                        where (a.granted, a.settled, a.reserved)
                            is distinct from (coalesce(l.granted, 0), coalesce(l.settled, 0), coalesce(l.reserved, 0))
                        union all
                        select 'run ' || r.id || ' and its steps or ledger disagree' from runs r
                        where r.credits_reserved <> (select coalesce(sum(held), 0) from steps where run_id = r.id)
                            or r.credits_used <> (select coalesce(sum(amount), 0) from ledger where run_id = r.id and type = 'settle')
                        union all
                        select 'account ' || user_id || ' and its runs disagree' from accounts a
                        where reserved <> (select coalesce(sum(credits_reserved), 0) from runs where user_id = a.user_id)
                        union all
                        select 'run ' || id || ' has a gap in its events' from runs r
                        where event_seq <> (select count(*) from events where run_id = r.id)
                            or event_seq <> (select coalesce(max(seq), 0) from events where run_id = r.id)
                        union all
                        select status || ' runs of ' || project_id || ' are counted as ' || coalesce(counted, 0) || ', not ' || coalesce(there, 0)
                        from (select project_id, status, sum(runs) as counted from counted_runs group by project_id, status) c
                        full join (select project_id, status, count(*) as there from runs group by project_id, status) r
                            using (project_id, status)
                        where coalesce(counted, 0) <> coalesce(there, 0)
                        union all
                        select status || ' runs of ' || user_id || ' are counted as ' || coalesce(counted, 0) || ', not ' || coalesce(there, 0)
                        from (select project_id, user_id, status, sum(runs) as counted
                            from counted_user_runs group by project_id, user_id, status) c
                        full join (select project_id, user_id, status, count(*) as there
                            from runs group by project_id, user_id, status) r
                            using (project_id, user_id, status)
                        where coalesce(counted, 0) <> coalesce(there, 0)
                        union all
                        select 'run ' || id || ' has ended with open receipts, places or steps' from runs r
                        where finished_at is not null and (
                            exists (select from control_receipts where run_id = r.id and effective_at is null and refused_at is null)
                            or exists (select from rate_places where run_id = r.id)
                            or exists (select from steps where run_id = r.id and status in ('waiting', 'running'))
                            or clock is not null)""").query(String.class).list();
    }

    /** A run with its execution, and the calls a worker makes for it. */
    public final class TestRun {
        public final RunId id;
        public final String user;
        public final Execution execution;

        private TestRun(RunId id, String user, Execution execution) {
            this.id = id;
            this.user = user;
            this.execution = execution;
        }

        private TestRuns owner() {
            return TestRuns.this;
        }

        /** The same run in the hands of another execution. */
        public TestRun in(String executionId, boolean reset) {
            return new TestRun(id, user, new Execution(id, executionId, reset, null));
        }

        /** The same run in the hands of the execution that continues this one as new. */
        public TestRun continued() {
            String before = execution.executionId();
            return new TestRun(id, user, new Execution(id, "continues-" + before, false, before));
        }

        /** Tool echo, category default, idempotent, estimate as given, the step's number as its argument. */
        public Ask step(int number) {
            return new Ask(this, number);
        }

        public Recording complete(int step, UUID token) {
            return record(step, token, StepStatus.COMPLETED, null);
        }

        public Recording record(int step, UUID token, StepStatus status, Long reported) {
            JsonNode output = status == StepStatus.COMPLETED
                    ? JsonNodeFactory.instance.objectNode().put("step", step)
                    : null;
            String message = status == StepStatus.COMPLETED ? null : status.wire();
            return admissions.record(new StepOutcome(
                    execution, step, token, status, output, message, reported, 0, 0, List.of(), Lane.ACTIVITY));
        }

        /** Asks for the step with a fresh token and completes it; the step must be claimed. */
        public void perform(Ask ask) {
            Admission answer = ask.admit();
            if (!(answer instanceof Admission.Claimed)) {
                throw new AssertionError("not claimed: " + answer);
            }
            complete(ask.number, ask.token);
        }

        /** Asks for steps that are to run side by side: how many of them may. */
        public int admitTogether(Ask... asks) {
            return admissions.admitTogether(
                    Stream.of(asks).map(ask -> ask.request(null)).toList());
        }

        /** Steps that are to run side by side, with consecutive numbers. */
        public Ask[] steps(int from, int to) {
            return IntStream.rangeClosed(from, to).mapToObj(this::step).toArray(Ask[]::new);
        }

        /** Asks over REST, without extension. */
        public RunControls.Accepted ask(Verb verb) {
            return ask(verb, 0, 0, false);
        }

        public RunControls.Accepted ask(Verb verb, int extendSteps, long extendCredits, boolean mayExceedCap) {
            return controls.request(new ControlRequest(
                    "receipt-" + COUNT.incrementAndGet(),
                    id,
                    verb,
                    Door.REST,
                    "someone",
                    null,
                    extendSteps,
                    extendCredits,
                    mayExceedCap));
        }

        /** What the workflow does at a step boundary. */
        public Controls atBoundary(Signal... signals) {
            return controls.receive(new Incoming(execution, List.of(signals), false, true));
        }

        public Controls withinStep(Signal... signals) {
            return controls.receive(new Incoming(execution, List.of(signals), false, false));
        }

        public Controls cancelRequested() {
            return controls.receive(new Incoming(execution, List.of(), true, true));
        }

        public void finish(RunStatus status, StopReason reason) {
            lifecycle.finish(new Finish(execution, status, reason, null, null));
        }

        /** {@code verb:state} of each receipt, in order: open, effective, or the code it was refused with. */
        public List<String> receipts() {
            return jdbc.sql("""
                            select verb || ':' || case when effective_at is not null then 'effective' else coalesce(refused_code, 'open') end
                            from control_receipts where run_id = :id order by ordinal""").param("id", id.value()).query(String.class).list();
        }

        /** One value of the run's row, as text. */
        public String column(String expression) {
            return jdbc.sql("select (" + expression + ")::text from runs where id = :id")
                    .param("id", id.value())
                    .query(String.class)
                    .optional()
                    .orElse(null);
        }

        public String status() {
            return column("status");
        }

        public String ofStep(int step, String expression) {
            return jdbc.sql("select (" + expression + ")::text from steps where run_id = :id and step_number = :step")
                    .param("id", id.value())
                    .param("step", step)
                    .query(String.class)
                    .optional()
                    .orElse(null);
        }

        public List<String> events() {
            return jdbc.sql("select type from events where run_id = :id order by seq")
                    .param("id", id.value())
                    .query(String.class)
                    .list();
        }

        /** {@code guard:verdict} of each evaluation. */
        public List<String> decisions() {
            return jdbc.sql("""
                            select coalesce(guard || ':', '') || verdict from guard_decisions
                            where run_id = :id order by id""").param("id", id.value()).query(String.class).list();
        }
    }

    /** A step as it is asked for; each method answers itself. */
    public static final class Ask {
        private final TestRun run;
        public final int number;
        public UUID token = UUID.randomUUID();
        private StepKind kind = StepKind.TOOL;
        private String tool = "echo";
        private Category category = Category.DEFAULT;
        private JsonNode input;
        private boolean asked;
        private long estimate;
        private boolean idempotent = true;
        private boolean repeatable;
        private long queuedMs;

        private Ask(TestRun run, int number) {
            this.run = run;
            this.number = number;
            this.input = JsonNodeFactory.instance.objectNode().put("value", "of step " + number);
        }

        public Ask modelTurn() {
            kind = StepKind.MODEL;
            tool = "model.turn";
            category = Category.AI;
            input = JsonNodeFactory.instance.objectNode();
            return this;
        }

        public Ask tool(String name, String argument) {
            tool = name;
            input = JsonNodeFactory.instance.objectNode().put("value", argument);
            return this;
        }

        public Ask input(JsonNode value) {
            input = value;
            return this;
        }

        /** The turn before asked for this very input. */
        public Ask asked() {
            asked = true;
            return this;
        }

        public Ask category(Category value) {
            category = value;
            return this;
        }

        public Ask estimate(long credits) {
            estimate = credits;
            return this;
        }

        public Ask notIdempotent() {
            idempotent = false;
            return this;
        }

        public Ask repeatable() {
            repeatable = true;
            return this;
        }

        public Ask queuedMs(long value) {
            queuedMs = value;
            return this;
        }

        public Ask token(UUID value) {
            token = value;
            return this;
        }

        /** The same question by another attempt. */
        public Ask anotherAttempt() {
            return token(UUID.randomUUID());
        }

        public Admission admit() {
            return run.owner().admissions.admit(request());
        }

        public AdmissionRequest request() {
            return request(token);
        }

        private AdmissionRequest request(UUID claim) {
            return new AdmissionRequest(
                    run.execution,
                    number,
                    kind,
                    tool,
                    category,
                    input,
                    asked,
                    estimate,
                    idempotent,
                    repeatable,
                    claim,
                    queuedMs);
        }
    }
}
