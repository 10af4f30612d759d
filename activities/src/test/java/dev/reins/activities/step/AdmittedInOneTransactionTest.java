package dev.reins.activities.step;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.StepKind;
import dev.reins.contracts.step.Execution;
import dev.reins.store.Missing;
import dev.reins.store.RunWatcher;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.AdmissionRequest;
import dev.reins.store.admission.Admissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.JsonNodeFactory;

/** Admissions of several runs of one user that come while another one is made. */
class AdmittedInOneTransactionTest {
    private static final Instant LATER = Instant.now().plusSeconds(600);

    private final Workbench bench = new Workbench();
    private final Admissions admissions = new Admissions(bench.database.jdbc(), RunWatcher.NONE);
    private final TransactionTemplate transaction =
            new TransactionTemplate(new JdbcTransactionManager(bench.database.dataSource()));
    private final AccountQueue accounts = new AccountQueue(
            runId -> "ada", calls -> transaction.executeWithoutResult(status -> calls.run()), Duration.ofMinutes(1));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        letGo.countDown();
        threads.close();
        bench.close();
    }

    private Execution run() {
        return bench.plan("[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]");
    }

    private Admission admit(Execution execution) {
        return admissions.admit(new AdmissionRequest(
                execution,
                1,
                StepKind.TOOL,
                "echo",
                Category.DEFAULT,
                JsonNodeFactory.instance.objectNode(),
                false,
                10,
                true,
                false,
                UUID.randomUUID(),
                0));
    }

    /** All come while the first call of the user is being made, which then ends. */
    private List<CompletableFuture<Admission>> admittedMeanwhile(List<Execution> runs) {
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(
                () -> accounts.await(runs.getFirst().runId(), LATER, this::hold), threads);
        await().atMost(Duration.ofSeconds(10)).until(() -> held.getCount() == 0);
        List<CompletableFuture<Admission>> admitted = new ArrayList<>();
        for (Execution run : runs) {
            admitted.add(
                    CompletableFuture.supplyAsync(() -> accounts.await(run.runId(), LATER, () -> admit(run)), threads));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> accounts.waiting(new RunId("any")) == runs.size());
        letGo.countDown();
        assertThat(first.orTimeout(10, SECONDS).join()).isTrue();
        return admitted;
    }

    private boolean hold() {
        held.countDown();
        try {
            return letGo.await(30, SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long ofAccount(String expression) {
        return bench.database
                .jdbc()
                .sql("select " + expression + " from accounts where user_id = 'ada'")
                .query(Long.class)
                .single();
    }

    private long transactionsOfReservations() {
        return bench.database
                .jdbc()
                .sql("select count(distinct xmin::text) from ledger where type = 'reserve'")
                .query(Long.class)
                .single();
    }

    @Test
    void shareATransactionAndEachReservesItsOwn() {
        var admitted = admittedMeanwhile(List.of(run(), run(), run()));

        assertThat(admitted)
                .allSatisfy(admission ->
                        assertThat(admission.orTimeout(10, SECONDS).join()).isInstanceOf(Admission.Claimed.class));
        assertThat(ofAccount("reserved")).isEqualTo(30);
        assertThat(transactionsOfReservations()).isEqualTo(1);
    }

    @Test
    void areAdmittedByThemselvesWhereOneOfThemBreaks() {
        Execution unknown = new Execution(new RunId("unknown"), "execution", false, null);

        var admitted = admittedMeanwhile(List.of(run(), unknown, run()));

        assertThat(admitted.get(0).orTimeout(10, SECONDS).join()).isInstanceOf(Admission.Claimed.class);
        assertThatThrownBy(() -> admitted.get(1).orTimeout(10, SECONDS).join()).hasCauseInstanceOf(Missing.class);
        assertThat(admitted.get(2).orTimeout(10, SECONDS).join()).isInstanceOf(Admission.Claimed.class);
        assertThat(ofAccount("reserved")).isEqualTo(20);
        assertThat(transactionsOfReservations()).isEqualTo(2);
    }
}
