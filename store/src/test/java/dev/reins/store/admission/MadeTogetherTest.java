package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.StepStatus;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.Together;
import dev.reins.store.journal.NewMessage;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Calls of one user's runs that are made by one statement. */
@Tag("later-schema")
class MadeTogetherTest extends RunTest {
    private static final String FREE = "{\"ratePerMinute\": {}}";

    private static final JsonNode CONTENT =
            JsonNodeFactory.instance.objectNode().put("text", "said, with \u0000 and \"quotes\"");

    /** What differs by itself: who it is of, when it was and how long it took. */
    private static final String OF_ITS_OWN =
            "{id,run_id,user_id,claim_token,at,created_at,asked_at,started_at,finished_at,"
                    + "admitted_at,position,observed,execution_id,engine_started_at,clock_since,active_us,waiting_us}";

    static final List<Arguments> ASKS = List.of(
            ask("a tool's step", ask -> ask.estimate(10)),
            ask("a model's turn", ask -> ask.modelTurn().estimate(10)),
            ask("what the turn before asked for", Ask::asked),
            ask("what may not be called twice", ask -> ask.notIdempotent().repeatable()),
            ask("what waited in its queue", ask -> ask.queuedMs(1)),
            ask("what is too dear", ask -> ask.estimate(1_000_000)),
            ask("what has no place", ask -> ask.category(Category.BROWSER)));

    static final List<Arguments> OUTCOMES = List.of(
            outcome("a result", (ask, run) -> completed(run, ask, null, List.of())),
            outcome("a result that costs less", (ask, run) -> completed(run, ask, 3L, List.of())),
            outcome("a result that is said", (ask, run) -> completed(run, ask, null, said(CONTENT))),
            outcome("a failure", (ask, run) -> not(run, ask, StepStatus.FAILED)),
            outcome("a timeout", (ask, run) -> not(run, ask, StepStatus.TIMED_OUT)),
            outcome("nobody knows what", (ask, run) -> not(run, ask, StepStatus.UNKNOWN)));

    private static Arguments ask(String name, UnaryOperator<Ask> asked) {
        return Arguments.argumentSet(name, asked);
    }

    private static Arguments outcome(String name, BiFunction<Ask, TestRun, StepOutcome> outcome) {
        return Arguments.argumentSet(name, outcome);
    }

    private static List<NewMessage> said(JsonNode content) {
        return List.of(new NewMessage("assistant", content));
    }

    private static StepOutcome completed(TestRun run, Ask ask, Long reported, List<NewMessage> messages) {
        return outcome(run, ask.token, StepStatus.COMPLETED, CONTENT, null, reported, messages);
    }

    private static StepOutcome not(TestRun run, Ask ask, StepStatus status) {
        return outcome(run, ask.token, status, null, "it did not, \u0000", null, List.of());
    }

    private static StepOutcome outcome(
            TestRun run,
            UUID token,
            StepStatus status,
            JsonNode output,
            String message,
            Long reported,
            List<NewMessage> messages) {
        return new StepOutcome(
                run.execution, 2, token, status, output, message, reported, 11, 22, messages, Lane.EXPRESS);
    }

    /** It has made a step, so its clock runs. */
    private TestRun run(String user) {
        TestRun run = runs.run(user, "agentic", "{\"ratePerMinute\": {\"browser\": 0}}");
        run.perform(run.step(1));
        return run;
    }

    private List<AccountAnswer> together(String user, List<? extends AccountCall> calls) {
        return runs.admissions().makeTogether(user, List.copyOf(calls));
    }

    @ParameterizedTest
    @FieldSource("ASKS")
    void aStepIsAdmittedAsItWouldBeByItself(UnaryOperator<Ask> asked) {
        TestRun alone = run(runs.user("pro", 100_000));
        TestRun first = run(runs.user("pro", 100_000));
        TestRun second = run(first.user);

        AccountAnswer answer = runs.admissions().make(asked.apply(alone.step(2)).request());
        List<AccountAnswer> answers = together(
                first.user,
                Stream.of(first, second)
                        .map(run -> asked.apply(run.step(2)).request())
                        .toList());

        assertAlike(alone, answer, List.of(first, second), answers, "verdict.activeMs");
    }

    @ParameterizedTest
    @FieldSource("OUTCOMES")
    void anOutcomeIsRecordedAsItWouldBeByItself(BiFunction<Ask, TestRun, StepOutcome> outcome) {
        TestRun alone = run(runs.user("pro", 100_000));
        TestRun first = run(runs.user("pro", 100_000));
        TestRun second = run(first.user);
        List<StepOutcome> outcomes = Stream.of(alone, first, second)
                .map(run -> {
                    Ask ask = run.step(2).repeatable().estimate(10);
                    assertClaimed(ask.admit());
                    return outcome.apply(ask, run);
                })
                .toList();

        AccountAnswer answer = runs.admissions().make(outcomes.getFirst());
        List<AccountAnswer> answers = together(first.user, outcomes.subList(1, 3));

        assertAlike(alone, answer, List.of(first, second), answers, "totals.activeMs");
    }

    /** @param time of an answer, which differs by itself */
    private void assertAlike(
            TestRun alone, AccountAnswer answer, List<TestRun> together, List<AccountAnswer> answers, String time) {
        assertThat(answers)
                .usingRecursiveComparison()
                .ignoringFields(time)
                .isEqualTo(Collections.nCopies(together.size(), answer));
        assertThat(together).allSatisfy(run -> assertThat(rows(run)).isEqualTo(rows(alone)));
    }

    /** All that a run left. */
    private List<String> rows(TestRun run) {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("steps", "events", "ledger", "guard_decisions", "messages")) {
            rows.addAll(rows(run, table, "run_id = :run"));
        }
        rows.addAll(rows(run, "runs", "id = :run"));
        rows.add("waited: " + run.column("waiting_us > 0"));
        return rows;
    }

    private List<String> rows(TestRun run, String table, String ofRun) {
        return database.jdbc()
                .sql(
                        "select (to_jsonb(t) - '%s'::text[] #- '{data,durationMs}' #- '{data,messageId}')::text from %s t where %s order by 1"
                                .formatted(OF_ITS_OWN, table, ofRun))
                .param("run", run.id.value())
                .query(String.class)
                .list();
    }

    @Test
    void whatWaitsIsKnownByItsDigest() {
        List<TestRun> two = Stream.of(runs.user("pro", 100), runs.user("pro", 100))
                .map(user -> runs.run(user, "planned", "{\"ratePerMinute\": {\"browser\": 1}}"))
                .toList();
        List<AdmissionRequest> asked = two.stream()
                .map(run -> {
                    run.perform(run.step(1).category(Category.BROWSER));
                    return run.step(2).category(Category.BROWSER).request();
                })
                .toList();

        runs.admissions().make(asked.getFirst());
        together(two.getLast().user, asked.subList(1, 2));

        assertThat(two).extracting(run -> run.ofStep(2, "status")).containsOnly("waiting");
        assertThat(two.getLast().ofStep(2, "digest"))
                .isNotEqualTo("\\x")
                .isEqualTo(two.getFirst().ofStep(2, "digest"));
    }

    @Test
    void aResetIsTold() {
        TestRun run = run(runs.user("pro", 100));

        together(run.user, List.of(run.in("after-reset", true).step(2).request()));

        assertThat(run.column("generation")).isEqualTo("2");
    }

    @Test
    void stepsOfOneRunAreRecordedAndAdmittedInTheirOrder() {
        TestRun run = runs.run("{}");
        Ask first = run.step(1).estimate(10);
        assertClaimed(first.admit());
        Ask second = run.step(2).estimate(20);
        StepOutcome done = new StepOutcome(
                run.execution,
                1,
                first.token,
                StepStatus.COMPLETED,
                CONTENT,
                null,
                null,
                0,
                0,
                List.of(),
                Lane.ACTIVITY);

        List<AccountAnswer> answers = together(
                run.user,
                List.of(done, second.request(), run.step(3).estimate(30).request()));

        assertThat(((Recording.Recorded) answers.getFirst()).totals().creditsUsed())
                .isEqualTo(10);
        assertThat(answers.subList(1, 3)).hasOnlyElementsOfType(Admission.Claimed.class);
        assertThat(run.column("step_count || ' ' || credits_used || ' ' || credits_reserved"))
                .isEqualTo("3 10 50");
    }

    @Test
    void theirRunsAreLockedBeforeAnyOfThemIsServed() throws Exception {
        String user = runs.user("pro", 100);
        List<TestRun> all = Stream.generate(() ->
                        runs.run(user, "planned", "{\"ratePerMinute\": {\"browser\": 1}, \"maxRateWaitSeconds\": 600}"))
                .limit(4)
                .toList();
        List<Ask> asks =
                all.stream().map(run -> run.step(1).category(Category.BROWSER)).toList();
        asks.forEach(Ask::admit);
        TestRun last = all.getLast();
        CompletableFuture<List<AccountAnswer>> made;
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from runs where id = '" + last.id + "' for no key update");
            // All of their places have lapsed by then, and the third of them clears those away.
            made = CompletableFuture.supplyAsync(() -> runs.ahead(
                    Duration.ofSeconds(190),
                    () -> together(user, asks.stream().skip(1).map(Ask::request).toList())));
            Awaitility.await().until(database::isSomeoneWaitingForALock);
            assertThat(statement.executeUpdate("delete from rate_places where run_id = '" + last.id + "'"))
                    .isEqualTo(1);
            other.commit();
        }
        assertThat(made.get(10, TimeUnit.SECONDS)).hasSize(3);
    }

    @Test
    void theyShareATransactionAndTheBalanceIsExact() {
        String user = runs.user("pro", 25);
        List<TestRun> three =
                Stream.generate(() -> runs.run(user, "planned", FREE)).limit(3).toList();

        List<AccountAnswer> answers = together(
                user,
                three.stream().map(run -> run.step(1).estimate(10).request()).toList());

        assertThat(answers).hasSize(3);
        assertClaimed((Admission) answers.get(0));
        assertClaimed((Admission) answers.get(1));
        assertThat(notAdmitted((Admission) answers.get(2)).pauseReason()).isEqualTo(PauseReason.INSUFFICIENT_CREDITS);
        assertThat(database.jdbc()
                        .sql("select count(distinct xmin::text) from ledger where user_id = :user and type = 'reserve'")
                        .param("user", user)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void madeOnceMoreTheyChangeNothing() {
        String user = runs.user("pro", 100);
        List<AdmissionRequest> asked = Stream.generate(() -> runs.run(user, "planned", FREE))
                .limit(2)
                .map(run -> run.step(1).estimate(10).request())
                .toList();
        List<AccountAnswer> before = together(user, asked);

        assertThat(together(user, asked)).isEqualTo(before);
        assertThat(runs.admissions().make(asked.getFirst())).isEqualTo(before.getFirst());
    }

    @Test
    void whereOneBreaksNoneIsMade() {
        String user = runs.user("pro", 100);
        TestRun run = runs.run(user, "planned", FREE);
        TestRun gone = runs.run(user, "planned", FREE);
        database.jdbc()
                .sql("delete from runs where id = :id")
                .param("id", gone.id.value())
                .update();

        assertThatThrownBy(() -> together(
                        user,
                        Stream.of(run, gone).map(of -> of.step(1).request()).toList()))
                .isInstanceOf(DataAccessException.class);

        assertThat(run.column("step_count")).isEqualTo("0");
    }

    @Test
    void whatIsTooMuchForOneStatementIsLeftToAnother() {
        String user = runs.user("pro", 100);
        List<AdmissionRequest> asked = Stream.generate(() -> runs.run(user, "planned", FREE))
                .limit(3)
                .map(run -> run.step(1)
                        .input(JsonNodeFactory.instance.stringNode("a".repeat(600_000)))
                        .request())
                .toList();

        assertThat(together(user, asked)).hasSize(2);
        assertThat(together(user, asked.subList(2, 3))).hasSize(1);
    }

    @Test
    void theAccountIsLockedBeforeAnyRun() throws Exception {
        TestRun run = run(runs.user("pro", 100));
        Ask free = run.step(2);
        free.admit();
        CompletableFuture<List<AccountAnswer>> made;
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from accounts for update");
            made = CompletableFuture.supplyAsync(
                    () -> together(run.user, List.of(completed(run, free, null, List.of()))));
            Awaitility.await().until(database::isSomeoneWaitingForALock);
            statement.execute("select from runs for update nowait");
            other.rollback();
        }
        assertThat(made.get(10, TimeUnit.SECONDS)).singleElement().isInstanceOf(Recording.Recorded.class);
    }

    @Test
    void severalWorkersSpendExactlyWhatThereIsAndDoNotLockEachOtherOut() {
        String user = runs.user("unlimited", 370);
        List<TestRun> all =
                Stream.generate(() -> runs.run(user, "planned", FREE)).limit(40).toList();
        List<Callable<Long>> spenders = IntStream.range(0, 8)
                .<Callable<Long>>mapToObj(worker -> () -> spendTogether(user, shifted(all, worker)))
                .toList();

        long admitted =
                Together.call(spenders).stream().mapToLong(Long::longValue).sum();

        assertThat(admitted).isEqualTo(37);
    }

    /** Each begins elsewhere, so that they lock runs in other orders. */
    private static List<TestRun> shifted(List<TestRun> all, int worker) {
        return IntStream.range(0, all.size())
                .mapToObj(i -> all.get((i * (worker % 2 == 0 ? 1 : 39) + 5 * worker) % all.size()))
                .toList();
    }

    private long spendTogether(String user, List<TestRun> all) {
        long admitted = 0;
        for (int from = 0; from < all.size(); from += 8) {
            List<Ask> asks = all.subList(from, from + 8).stream()
                    .map(run -> run.step(1).estimate(10).notIdempotent())
                    .toList();
            List<AccountAnswer> answers =
                    together(user, asks.stream().map(Ask::request).toList());
            admitted +=
                    answers.stream().filter(Admission.Claimed.class::isInstance).count();
        }
        return admitted;
    }
}
