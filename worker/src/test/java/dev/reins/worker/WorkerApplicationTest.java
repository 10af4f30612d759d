package dev.reins.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.RunId;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.run.AgentRun;
import dev.reins.store.TestDatabase;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class WorkerApplicationTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static TestServer.PortBoundTestServer temporal;
    private static String address;
    private static WorkflowServiceStubs stubs;
    private static ConfigurableApplicationContext worker;

    @BeforeAll
    static void start() throws IOException {
        int port = freePort();
        temporal = TestServer.createPortBoundServer(port);
        address = "127.0.0.1:" + port;
        stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        worker = WorkerApplication.start(
                "--REINS_MANAGEMENT_PORT=0",
                "--REINS_TEMPORAL_ADDRESS=" + address,
                "--REINS_DATABASE_URL=" + databaseUrl());
        DATABASE.jdbc().sql("""
                        insert into projects (id, name) values ('p', 'P');
                        insert into accounts (user_id, tier) values ('ada', 'pro')""").update();
    }

    @AfterAll
    static void stop() {
        if (worker != null) {
            worker.close();
        }
        stubs.shutdownNow();
        temporal.close();
        DATABASE.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String databaseUrl() {
        String[] urlAndUser = DATABASE.url().replace("jdbc:postgresql://", "").split("\\?user=");
        return "postgresql://" + urlAndUser[1] + "@" + urlAndUser[0];
    }

    private static WorkflowStub run(String id, Object input) {
        WorkflowStub run = WorkflowClient.newInstance(stubs)
                .newUntypedWorkflowStub(
                        AgentRun.TYPE,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(TaskQueues.RUNS)
                                .setWorkflowId(id)
                                .build());
        run.start(input);
        return run;
    }

    private static String statusOf(String id) {
        return DATABASE.jdbc()
                .sql("select status from runs where id = :id")
                .param("id", id)
                .query(String.class)
                .optional()
                .orElse("none");
    }

    private static Map<String, Object> step(String tool, Map<String, Object> params) {
        return Map.of("tool", tool, "description", "d", "params", params);
    }

    @Test
    void publishesItsTools() {
        assertThat(DATABASE.jdbc()
                        .sql("select name from tools order by name")
                        .query(String.class)
                        .list())
                .containsExactly("ai.complete", "delay", "echo", "http.request");
    }

    @Test
    void publishesItsModels() {
        assertThat(DATABASE.jdbc()
                        .sql("select name || ': ' || (models)::text from model_providers")
                        .query(String.class)
                        .list())
                .containsExactly("scripted: [\"janitor\", \"looper\", \"reply\", \"spender\"]");
    }

    @Test
    void takesAPlanFromTemporalsDoorToItsEnd() throws Exception {
        String id = RunId.next().value();

        WorkflowStub run = run(
                id,
                Map.of(
                        "projectId",
                        "p",
                        "userId",
                        "ada",
                        "plan",
                        List.of(
                                step("echo", Map.of("value", List.of("a", 1))),
                                step("delay", Map.of("ms", 10)),
                                step(
                                        "echo",
                                        Map.of("value", Map.of("$from", Map.of("step", 1, "pointer", "/value/0")))))));
        run.getResult(30, TimeUnit.SECONDS, Void.class);

        assertThat(statusOf(id)).isEqualTo("completed");
        assertThat(DATABASE.jdbc()
                        .sql("select output ->> 'value' from steps where run_id = :id and step_number = 3")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .isEqualTo("a");
    }

    @Test
    void cancelReachesARunningStep() {
        String id = RunId.next().value();
        WorkflowStub run = run(
                id, Map.of("projectId", "p", "userId", "ada", "plan", List.of(step("delay", Map.of("ms", 20_000)))));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> DATABASE.jdbc()
                                .sql("select count(*) from steps where run_id = :id and status = 'running'")
                                .param("id", id)
                                .query(Integer.class)
                                .single()
                        == 1);

        run.cancel();

        await().atMost(Duration.ofSeconds(10)).until(() -> statusOf(id).equals("cancelled"));
        assertThat(DATABASE.jdbc()
                        .sql("select status from steps where run_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .isEqualTo("cancelled");
    }

    @Test
    void failsARunWhoseInputNamesNothing() {
        WorkflowStub run = run(RunId.next().value(), Map.of("agentId", "nobody", "prompt", "x"));

        assertThatThrownBy(() -> run.getResult(30, TimeUnit.SECONDS, Void.class))
                .isInstanceOf(WorkflowFailedException.class)
                .rootCause()
                .hasMessageContaining("agent");
    }

    @Test
    void saysWhatIsAwayAndCanBeStoppedWhileItWaits() throws Exception {
        String nobody = "127.0.0.1:" + freePort();
        var said = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(said, true));
        try {
            Thread starting = Thread.ofPlatform()
                    .start(() -> WorkerApplication.start(
                            "--REINS_MANAGEMENT_PORT=0",
                            "--REINS_TEMPORAL_ADDRESS=" + nobody,
                            "--REINS_DATABASE_URL=postgresql://x@" + nobody + "/x"));

            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            said.toString().contains("PostgreSQL at " + nobody + " cannot be reached: start it there"));

            starting.interrupt();
            assertThat(starting.join(Duration.ofSeconds(20))).isTrue();
        } finally {
            System.setOut(console);
        }
    }

    @Test
    void saysWhichSettingIsWrong() {
        assertThatThrownBy(() -> WorkerApplication.start("--REINS_HTTP_ALLOW=10.0.0.0/99"))
                .rootCause()
                .hasMessageStartingWith("REINS_HTTP_ALLOW: '10.0.0.0/99' is neither");
        assertThatThrownBy(() -> WorkerApplication.start("--REINS_DATABASE_URL=mysql://u:secret@h/d"))
                .rootCause()
                .hasMessageStartingWith("REINS_DATABASE_URL: ")
                .hasMessageNotContaining("secret");
    }
}
