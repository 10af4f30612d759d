package dev.reins.activities.step;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.StepKind;
import dev.reins.contracts.step.Execution;
import dev.reins.store.admission.AccountAnswer;
import dev.reins.store.admission.AccountCall;
import dev.reins.store.admission.AccountCalls;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.AdmissionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import tools.jackson.databind.node.JsonNodeFactory;

class AccountQueueTest {
    private static final Instant LATER = Instant.now().plusSeconds(600);
    private static final int HELD = 0;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Database database = new Database();
    private final AccountQueue accounts = queue(Duration.ofMinutes(1));

    private AccountQueue queue(Duration longest) {
        return new AccountQueue(database, runId -> runId.value().substring(0, 3), longest);
    }

    @AfterEach
    void close() {
        database.letGo.countDown();
        threads.close();
    }

    @Test
    void oneCallOfAUserIsMadeAtATime() {
        results(calls(200));

        assertThat(database.mostAtOnce).hasValue(1);
        assertThat(database.made).containsExactlyInAnyOrderElementsOf(upTo(200));
    }

    @Test
    void anotherUserDoesNotWait() throws InterruptedException {
        hold(accounts);

        assertThat(soon("bob-1", 1)).isEqualTo(1);
    }

    @Test
    void whoHasWaitedLongGoesOnWithout() throws InterruptedException {
        AccountQueue impatient = queue(Duration.ofMillis(1));
        hold(impatient);

        assertThat(claim(impatient.admit(call("ann-1", 1), LATER))).isEqualTo(1);
    }

    @Test
    void whoHasLittleTimeGoesOnWithout() throws InterruptedException {
        hold(accounts);

        assertThat(claim(accounts.admit(call("ann-1", 1), Instant.now().plusMillis(10))))
                .isEqualTo(1);
        assertThat(claim(accounts.admit(call("ann-1", 2), Instant.EPOCH))).isEqualTo(2);
    }

    @Test
    void whoIsInterruptedGoesOnAndStaysInterrupted() throws InterruptedException {
        hold(accounts);

        var interrupted = CompletableFuture.supplyAsync(
                () -> {
                    Thread.currentThread().interrupt();
                    accounts.admit(call("ann-1", 1), LATER);
                    return Thread.currentThread().isInterrupted();
                },
                threads);

        assertThat(interrupted.orTimeout(10, SECONDS).join()).isTrue();
    }

    @Test
    void aCallThatFailsLetsTheNextOneGo() {
        database.broken.add(1);

        assertThatThrownBy(() -> accounts.admit(call("ann-1", 1), LATER)).hasMessage("broken");

        assertThat(soon("ann-1", 2)).isEqualTo(2);
    }

    @Test
    void thoseThatHaveComeMeanwhileAreMadeTogetherAndEachGetsItsOwn() throws InterruptedException {
        hold(accounts);
        List<CompletableFuture<Integer>> others = waitingCalls(5);

        database.letGo.countDown();

        assertThat(results(others)).containsExactly(1, 2, 3, 4, 5);
        assertThat(database.together).containsExactly(upTo(5));
    }

    @Test
    void sixteenAreMadeTogetherAtMost() throws InterruptedException {
        hold(accounts);
        List<CompletableFuture<Integer>> others = waitingCalls(40);

        database.letGo.countDown();

        assertThat(results(others)).isEqualTo(upTo(40));
        assertThat(database.together).extracting(List::size).containsExactly(16, 16, 8);
    }

    @Test
    void whereOneBreaksEachIsMadeByItself() throws InterruptedException {
        hold(accounts);
        database.broken.add(2);
        List<CompletableFuture<Integer>> others = waitingCalls(3);

        database.letGo.countDown();

        assertThat(others.get(0).orTimeout(10, SECONDS).join()).isEqualTo(1);
        assertThatThrownBy(() -> others.get(1).orTimeout(10, SECONDS).join()).hasRootCauseMessage("broken");
        assertThat(others.get(2).orTimeout(10, SECONDS).join()).isEqualTo(3);
        assertThat(database.made).containsExactlyInAnyOrder(HELD, 1, 3);
        assertThat(soon("ann-1", 4)).isEqualTo(4);
    }

    @Test
    void whoHasGoneOnWithoutIsNotMadeOnceMore() throws InterruptedException {
        hold(accounts);
        accounts.admit(call("ann-1", 7), Instant.now().plusMillis(10));
        List<CompletableFuture<Integer>> others = calls(2);
        awaitWaiting(2);

        database.letGo.countDown();

        results(others);
        assertThat(database.made).containsExactlyInAnyOrder(HELD, 7, 1, 2);
    }

    @Test
    void whoIsLeftOutIsMadeByItself() throws InterruptedException {
        hold(accounts);
        database.enoughTogether = 2;
        List<CompletableFuture<Integer>> others = waitingCalls(5);

        database.letGo.countDown();

        assertThat(results(others)).containsExactly(1, 2, 3, 4, 5);
        assertThat(database.made).containsExactlyInAnyOrder(HELD, 1, 2, 3, 4, 5);
    }

    @Test
    void whileTheDatabaseIsAwayNobodyAsksItTwice() throws InterruptedException {
        hold(accounts);
        database.isAway = true;
        List<CompletableFuture<Integer>> others = waitingCalls(3);

        database.letGo.countDown();

        others.forEach(
                call -> assertThatThrownBy(() -> call.orTimeout(10, SECONDS).join())
                        .hasCauseInstanceOf(DataAccessResourceFailureException.class));
        assertThat(database.asked).containsExactlyInAnyOrder(HELD, 1, 2, 3, 2, 3);
    }

    private List<CompletableFuture<Integer>> calls(int number) {
        return upTo(number).stream()
                .map(step ->
                        CompletableFuture.supplyAsync(() -> claim(accounts.admit(call("ann-1", step), LATER)), threads))
                .toList();
    }

    /** Each begins to wait after the one before it. */
    private List<CompletableFuture<Integer>> waitingCalls(int number) {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int step : upTo(number)) {
            calls.add(CompletableFuture.supplyAsync(() -> claim(accounts.admit(call("ann-1", step), LATER)), threads));
            awaitWaiting(step);
        }
        return calls;
    }

    private void awaitWaiting(int number) {
        await().atMost(Duration.ofSeconds(10)).until(() -> accounts.waiting("ann") == number);
    }

    private int soon(String runId, int step) {
        return CompletableFuture.supplyAsync(() -> claim(accounts.admit(call(runId, step), LATER)), threads)
                .orTimeout(10, SECONDS)
                .join();
    }

    private void hold(AccountQueue accounts) throws InterruptedException {
        threads.execute(() -> accounts.admit(call("ann-0", HELD), LATER));
        assertThat(database.held.await(10, SECONDS)).isTrue();
    }

    private static List<Integer> upTo(int number) {
        return IntStream.rangeClosed(1, number).boxed().toList();
    }

    private static List<Integer> results(List<CompletableFuture<Integer>> calls) {
        return calls.stream().map(call -> call.orTimeout(10, SECONDS).join()).toList();
    }

    private static int claim(Admission admission) {
        return ((Admission.Claimed) admission).claim();
    }

    private static AdmissionRequest call(String runId, int step) {
        return new AdmissionRequest(
                new Execution(new RunId(runId), "execution", false, null),
                step,
                StepKind.TOOL,
                "echo",
                Category.DEFAULT,
                JsonNodeFactory.instance.objectNode(),
                false,
                0,
                true,
                false,
                null,
                0);
    }

    /** Claims each step as often as its number says; keeps one of them until it is let go. */
    private static final class Database implements AccountCalls {
        final CountDownLatch held = new CountDownLatch(1);
        final CountDownLatch letGo = new CountDownLatch(1);
        final Set<Integer> broken = ConcurrentHashMap.newKeySet();
        final List<Integer> made = new CopyOnWriteArrayList<>();
        final List<List<Integer>> together = new CopyOnWriteArrayList<>();
        final List<Integer> asked = new CopyOnWriteArrayList<>();
        volatile int enoughTogether = Integer.MAX_VALUE;
        volatile boolean isAway;
        final AtomicInteger mostAtOnce = new AtomicInteger();
        private final AtomicInteger atOnce = new AtomicInteger();

        @Override
        public AccountAnswer make(AccountCall call) {
            return make(List.of(call)).getFirst();
        }

        @Override
        public List<AccountAnswer> makeTogether(String userId, List<AccountCall> calls) {
            together.add(calls.stream().map(Database::step).toList());
            return make(calls.subList(0, Math.min(enoughTogether, calls.size())));
        }

        private List<AccountAnswer> make(List<AccountCall> calls) {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                List<Integer> steps = calls.stream().map(Database::step).toList();
                asked.addAll(steps);
                if (steps.contains(HELD)) {
                    hold();
                } else if (isAway) {
                    throw new DataAccessResourceFailureException("away");
                }
                if (steps.stream().anyMatch(broken::contains)) {
                    throw new IllegalStateException("broken");
                }
                made.addAll(steps);
                return steps.stream()
                        .<AccountAnswer>map(step -> new Admission.Claimed(step, 0, 0, 0))
                        .toList();
            } finally {
                atOnce.decrementAndGet();
            }
        }

        private void hold() {
            held.countDown();
            try {
                assertThat(letGo.await(30, SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static int step(AccountCall call) {
            return ((AdmissionRequest) call).stepNumber();
        }
    }
}
