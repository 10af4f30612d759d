package dev.reins.benchmarks.ground;

import com.google.protobuf.Timestamp;
import dev.reins.benchmarks.ground.HistorySize.OfExecution;
import dev.reins.standalone.temporal.Engine;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dev server and its counters. */
public final class TemporalServer {
    /** The server hands its counters to the metrics page once a second. */
    private static final long METRICS_LAG_MS = 2_500;

    private static final Pattern COUNTER = Pattern.compile(
            "^(\\w+)\\{namespace=\"default\",operation=\"(\\w+)\".*?service_name=\"(\\w+)\".*} (\\S+)$");

    private final String address;
    private final int metricsPort;
    private final Path file;
    private final HttpClient http = HttpClient.newHttpClient();

    TemporalServer(String address, int metricsPort, Path file) {
        this.address = address;
        this.metricsPort = metricsPort;
        this.file = file;
    }

    public String address() {
        return address;
    }

    /** A connection of its own, as another process would have, set as Reins sets its own; to be shut down by the caller. */
    public WorkflowServiceStubs connect() {
        return WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(address)
                .setEnableHttps(false)
                .setGrpcCompression(GrpcCompression.NONE)
                .build());
    }

    public static WorkflowClient client(WorkflowServiceStubs service) {
        return WorkflowClient.newInstance(
                service,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(Engine.NAMESPACE)
                        .build());
    }

    /** All it was asked and all it wrote since it started, when its counters have settled. */
    public TemporalCounts counts() {
        List<String> page = settledPage();
        double rpcs = sum(page, "service_requests", "frontend"::equals, operation -> true);
        double writes = sum(page, "persistence_requests", service -> true, TemporalServer::writes);
        return new TemporalCounts(rpcs, writes);
    }

    private List<String> settledPage() {
        try {
            Thread.sleep(METRICS_LAG_MS);
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static boolean writes(String operation) {
        return !operation.startsWith("Get") && !operation.startsWith("List") && !operation.startsWith("Read");
    }

    private static double sum(
            List<String> page, String metric, Predicate<String> ofService, Predicate<String> ofOperation) {
        return page.stream()
                .map(COUNTER::matcher)
                .filter(Matcher::matches)
                .filter(line -> line.group(1).equals(metric)
                        && ofOperation.test(line.group(2))
                        && ofService.test(line.group(3)))
                .mapToDouble(line -> Double.parseDouble(line.group(4)))
                .sum();
    }

    /** What the histories of one workflow id hold, over all its executions, once the last one is closed. */
    public HistorySize history(WorkflowServiceStubs service, String workflowId) {
        Ground.await("the visibility of " + workflowId, () -> closed(executions(service, workflowId)));
        return new HistorySize(executions(service, workflowId).stream()
                .map(TemporalServer::size)
                .sorted(Comparator.comparing(OfExecution::began))
                .toList());
    }

    private static OfExecution size(WorkflowExecutionInfo execution) {
        return new OfExecution(
                instant(execution.getStartTime()),
                instant(execution.getCloseTime()),
                execution.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
                execution.getHistoryLength(),
                execution.getHistorySizeBytes());
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static boolean closed(List<WorkflowExecutionInfo> executions) {
        return !executions.isEmpty()
                && executions.stream()
                        .noneMatch(execution ->
                                execution.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
    }

    private static List<WorkflowExecutionInfo> executions(WorkflowServiceStubs service, String workflowId) {
        return service.blockingStub()
                .listWorkflowExecutions(ListWorkflowExecutionsRequest.newBuilder()
                        .setNamespace(Engine.NAMESPACE)
                        .setPageSize(1000)
                        .setQuery("WorkflowId = '" + workflowId + "'")
                        .build())
                .getExecutionsList();
    }

    /** Its whole database, the write-ahead log included. */
    public long bytes() {
        return size(file) + size(file.resolveSibling(file.getFileName() + "-wal"));
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
