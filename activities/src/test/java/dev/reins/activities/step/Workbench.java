package dev.reins.activities.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.activities.http.AddressFilter;
import dev.reins.activities.http.HttpRequestTool;
import dev.reins.activities.model.AiCompleteTool;
import dev.reins.activities.model.ModelProvider;
import dev.reins.activities.model.Models;
import dev.reins.activities.model.PriceList;
import dev.reins.activities.run.Beginnings;
import dev.reins.activities.run.BookkeepingActivities;
import dev.reins.activities.scripted.ScriptedModel;
import dev.reins.activities.tool.DelayTool;
import dev.reins.activities.tool.EchoTool;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.Tools;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.RunBookkeeping.Begin;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.RunWatcher;
import dev.reins.store.StrictJson;
import dev.reins.store.TestDatabase;
import dev.reins.store.access.Audit;
import dev.reins.store.admission.Admissions;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.config.Users;
import dev.reins.store.control.RunControls;
import dev.reins.store.journal.Journal;
import dev.reins.store.run.ContinueRun;
import dev.reins.store.run.ContinueRuns;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.StartRun;
import dev.reins.store.run.StartRuns;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a worker's activities are made of, on a real database with a project, a user and agents, and scripts of its own. */
public final class Workbench implements AutoCloseable {
    public static final JsonMapper JSON = JsonMapper.builder().build();

    public final TestDatabase database = TestDatabase.create();
    final LostAnswers line = new LostAnswers(database.dataSource());
    public final StepRunner runner;
    public final BookkeepingActivities bookkeeping;
    public final RunViews views = new RunViews(database.jdbc());
    private final Path scripts = folder();
    private final HttpRequestTool http = new HttpRequestTool(new AddressFilter("127.0.0.0/8"));
    private final StrictJson json = new StrictJson();
    private final RunLifecycle lifecycle = new RunLifecycle(database.jdbc(), RunWatcher.NONE);
    private final StartRuns starts;
    private final ContinueRuns continues;
    private final Models models;

    public Workbench(Tool... more) {
        models = new Models(List.of(new ScriptedModel(scripts)), PriceList.bundled());
        List<Tool> all = new ArrayList<>(List.of(new EchoTool(), new DelayTool(), http, new AiCompleteTool(models)));
        all.addAll(Arrays.asList(more));
        var tools = new Tools(all);
        var jdbc = database.jdbc();
        var catalog = new ToolCatalog(jdbc);
        catalog.publish(tools.specs());
        var transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        var users = new Users(jdbc, transaction, json, new Audit(jdbc));
        var journal = new Journal(jdbc);
        var runs = new RunContents(journal);
        starts = new StartRuns(jdbc, transaction, json, catalog, users, views);
        continues = new ContinueRuns(jdbc, transaction, json, users, views);
        runner = new StepRunner(
                new Admissions(JdbcClient.create(line), RunWatcher.NONE), journal, runs, catalog, tools, models);
        bookkeeping = new BookkeepingActivities(
                new Beginnings(views, starts, json, lifecycle, runs),
                lifecycle,
                new RunControls(jdbc),
                runs,
                new Outlines(tools),
                runner);
        jdbc.sql("""
                        insert into projects (id, name) values ('p', 'P');
                        insert into accounts (user_id, tier) values ('ada', 'pro');
                        """).update();
        jdbc.sql("select user_id from grant_credits('ada', 100000, 'test')")
                .query(String.class)
                .single();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("scripts");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the model of this name plays from now on. */
    void script(String name, String turns) {
        try {
            Files.writeString(scripts.resolve(name + ".yaml"), turns);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another worker, of another build: it knows these tools alone. */
    StepRunner worker(Tool... known) {
        return worker(new Tools(List.of(known)), models);
    }

    /** Another worker, whose agents have this model alone. */
    StepRunner worker(ModelProvider model) {
        return worker(new Tools(List.of()), new Models(List.of(model), PriceList.bundled()));
    }

    private StepRunner worker(Tools known, Models speaking) {
        var jdbc = database.jdbc();
        var journal = new Journal(jdbc);
        return new StepRunner(
                new Admissions(jdbc, RunWatcher.NONE),
                journal,
                new RunContents(journal),
                new ToolCatalog(jdbc),
                known,
                speaking);
    }

    /** A running run of this plan. */
    public Execution plan(String steps, String limits) {
        return started("{'projectId': 'p', 'userId': 'ada', 'plan': " + steps + ", 'limits': " + limits + "}");
    }

    public Execution plan(String steps) {
        return plan(steps, "{}");
    }

    /** A running run of a fresh agent that plays the script. */
    public Execution agent(String provider, String script, String instructions, String... tools) {
        return runOf(install(provider, script, instructions, tools));
    }

    /** A running run of the agent. */
    public Execution runOf(String agent) {
        return started("{'agentId': '" + agent + "', 'prompt': 'Do it.'}");
    }

    /** A fresh agent that plays the script: its id, which is its definition's too. */
    public String install(String provider, String script, String instructions, String... tools) {
        String id = "agent-" + RunId.next();
        var definition = JSON.createObjectNode().put("name", "Tester").put("instructions", instructions);
        definition.putObject("model").put("provider", provider).put("name", script);
        var names = definition.putArray("tools");
        Arrays.stream(tools).forEach(names::add);
        definition.putObject("limits");
        database.jdbc()
                .sql("insert into definitions (id, version, document) values (:id, 1, cast(:document as jsonb))")
                .param("id", id)
                .param("document", definition.toString())
                .update();
        database.jdbc().sql("""
                        insert into agents (id, project_id, definition_id, user_id, name)
                        values (:id, 'p', :id, 'ada', 'Tester')""").param("id", id).update();
        return id;
    }

    private Execution started(String body) {
        RunId id = RunId.next();
        JsonNode tree = json.parse(body.replace('\'', '"').getBytes(UTF_8));
        starts.start(new StartRun(id, tree, null, null, true, StartedVia.TEMPORAL));
        Execution execution = new Execution(id, "execution-of-" + id, false, null);
        lifecycle.adopt(execution);
        return execution;
    }

    /** Ends the run and goes on with it as a new one. */
    Execution continued(Execution ended, String body) {
        lifecycle.finish(new Finish(ended, RunStatus.CANCELLED, StopReason.CANCELLED, null, null));
        RunId id = RunId.next();
        JsonNode tree = json.parse(body.replace('\'', '"').getBytes(UTF_8));
        continues.start(new ContinueRun(id, ended.runId(), tree, false));
        return new Execution(id, "execution-of-" + id, false, null);
    }

    Begun begun(Execution execution) {
        return bookkeeping.begin(new Begin(execution, null, null));
    }

    RunView run(Execution execution) {
        return views.find(execution.runId()).orElseThrow();
    }

    public static StepRequest planned(Execution execution, int index, String tool) {
        return StepRequest.planned(execution, index, tool, index);
    }

    StepCompleted perform(StepRequest step) {
        return runner.run(step, TestAttempt.of(30));
    }

    /** What the workflow is told of a step that is not completed. */
    static StepNotDone notDone(ThrowingCallable step) {
        return catchThrowableOfType(ApplicationFailure.class, step).getDetails().get(StepNotDone.class);
    }

    /** Someone says that a step which is unknown has happened. */
    public void happened(Execution execution, int step, String output) {
        new RunControls(database.jdbc())
                .resolve(
                        "happened-" + execution.runId() + "-" + step,
                        execution.runId(),
                        step,
                        ResolveOutcome.HAPPENED,
                        JSON.readTree(output),
                        "someone");
    }

    /** One value of the step's row, as text. */
    public String ofStep(Execution execution, int step, String expression) {
        return database.jdbc()
                .sql("select (" + expression + ")::text from steps where run_id = :id and step_number = :step")
                .param("id", execution.runId().value())
                .param("step", step)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** {@code role: text} of each message. */
    public List<String> messages(Execution execution) {
        return database.jdbc()
                .sql("select role || ': ' || (content ->> 'text') from messages where run_id = :id order by id")
                .param("id", execution.runId().value())
                .query(String.class)
                .list();
    }

    @Override
    public void close() throws IOException {
        runner.close();
        http.close();
        database.close();
        FileSystemUtils.deleteRecursively(scripts);
    }
}
