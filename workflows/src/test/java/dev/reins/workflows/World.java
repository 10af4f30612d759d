package dev.reins.workflows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reins.contracts.Category;
import dev.reins.contracts.OnError;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunKind;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.Continuation;
import dev.reins.contracts.run.Continuation.Position;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What lies beyond the workflow, in memory: one run's row with its receipts, and what its steps are told to do. It keeps the
 * promises of {@link RunBookkeeping}; the guards' verdicts are scripted per step.
 */
final class World implements RunBookkeeping {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Steps in the order in which they were asked for, as {@code "3 echo"}. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** What became of each control request, as {@code "pause effective"}. */
    final List<String> receipts = new CopyOnWriteArrayList<>();
    /** The steps again, each with the kind of activity that it was asked for as, as {@code "3 local"} or {@code "3 regular"}. */
    final List<String> lanes = new CopyOnWriteArrayList<>();
    /** Bookkeeping calls in their order. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    /** The executions that began, each with the one that it continues, if it does. */
    final Map<String, Optional<String>> executions = new LinkedHashMap<>();

    private final RunKind kind;
    private final List<CallOutline> plan = new ArrayList<>();
    private final List<List<String>> turns = new ArrayList<>();
    private final Map<Integer, Deque<Act>> script = new HashMap<>();
    private final Set<String> registered = new LinkedHashSet<>();
    private final Map<Integer, StepCompleted> recorded = new HashMap<>();
    private final Set<Integer> pausedFor = new LinkedHashSet<>();
    private final Deque<Runnable> amidControls = new ArrayDeque<>();
    private Set<String> expressTools = Set.of();
    private int modelTurns;
    private Long timeoutMs;
    private long toolTimeoutMs = 30_000;
    private OnError onError;
    private String refusal;
    private boolean repeatStep;
    private boolean atFailedStep;
    private volatile Duration readingThePlan = Duration.ZERO;
    private int failingBegins;
    private int defectiveBegins;
    private boolean defective;
    private volatile boolean forgotten;
    private boolean speechless;
    private boolean claimed;
    private boolean parallel;
    private final Deque<Integer> admitted = new ArrayDeque<>();

    volatile RunStatus status = RunStatus.QUEUED;
    volatile PauseReason pauseReason;
    volatile String message;
    volatile Finish finish;
    volatile Begin begin;
    volatile long activeMs;

    private World(RunKind kind) {
        this.kind = kind;
    }

    /** A plan of two steps whose first one fails, for which the run pauses. */
    static World pausesAtItsFirstStep() {
        return planned("echo", "echo").onError(OnError.PAUSE).step(1, Acts.endsAs(Kind.FAILED, "It broke"));
    }

    static World planned(String... tools) {
        World world = new World(RunKind.PLANNED);
        for (String tool : tools) {
            world.plan.add(world.outline(tool));
        }
        return world;
    }

    /** A model that asks for nothing, until {@link #turn} tells it to. */
    static World agentic() {
        return new World(RunKind.AGENTIC);
    }

    /** One more model turn, which asks for these tools. After the last of them the model is done. */
    World turn(String... tools) {
        turns.add(List.of(tools));
        return this;
    }

    World onError(OnError whatThen) {
        onError = whatThen;
        plan.replaceAll(call -> outline(call.tool()));
        return this;
    }

    /** The run asks for the express lane, and these tools may go there. */
    World express(String... tools) {
        expressTools = Set.of(tools);
        plan.replaceAll(call -> outline(call.tool()));
        return this;
    }

    World toolTimeoutMs(long milliseconds) {
        toolTimeoutMs = milliseconds;
        plan.replaceAll(call -> outline(call.tool()));
        return this;
    }

    World timeoutMs(long milliseconds) {
        timeoutMs = milliseconds;
        return this;
    }

    World refuses(String why) {
        refusal = why;
        return this;
    }

    /** Reading its plan takes so long. */
    World readsItsPlanIn(Duration time) {
        readingThePlan = time;
        return this;
    }

    World isUnreachableAtFirst(int attempts) {
        failingBegins = attempts;
        return this;
    }

    World hasADefectAtFirst(int attempts) {
        defectiveBegins = attempts;
        return this;
    }

    World answersNothingFromTheStart() {
        speechless = true;
        return this;
    }

    /** What happens while the row is asked for its controls, in the middle of the workflow's task: one thing each time. */
    synchronized void amidControls(List<Runnable> happenings) {
        amidControls.addAll(happenings);
    }

    World answersControlsWithNothing() {
        defective = true;
        return this;
    }

    /** What the step does when it is asked for; one act for each time, then it simply succeeds. */
    World step(int number, Act... acts) {
        script.put(number, new ArrayDeque<>(List.of(acts)));
        return this;
    }

    /** The plan's steps run side by side. */
    World parallel() {
        parallel = true;
        plan.replaceAll(call -> outline(call.tool()));
        return this;
    }

    /** How many of the steps that are to run side by side are admitted, one number for each time it is asked. */
    World admits(Integer... howMany) {
        admitted.addAll(List.of(howMany));
        return this;
    }

    private CallOutline outline(String tool) {
        boolean express = expressTools.contains(tool);
        return new CallOutline(
                tool, Category.DEFAULT, express ? 1_000 : toolTimeoutMs, true, parallel, express, onError);
    }

    // The steps' side

    StepCompleted perform(StepRequest request) throws Exception {
        return act(request).on(request, this);
    }

    /** What is recorded is repeated, as the journal does. */
    private synchronized Act act(StepRequest request) {
        asked.add(request.stepNumber() + " " + request.tool());
        boolean local = Activity.getExecutionContext().getInfo().isLocal();
        lanes.add(request.stepNumber() + (local ? " local" : " regular"));
        StepCompleted result = recorded.get(request.stepNumber());
        if (result != null) {
            return (step, world) -> result;
        }
        Deque<Act> acts = script.get(request.stepNumber());
        return acts == null || acts.isEmpty() ? (step, world) -> world.succeed(step) : acts.poll();
    }

    synchronized StepCompleted succeed(StepRequest request) {
        boolean turn = request.tool().equals(StepRequest.MODEL_TURN);
        List<String> tools = turn && modelTurns < turns.size() ? turns.get(modelTurns++) : List.of();
        int step = request.stepNumber();
        List<CallOutline> outlines = tools.stream().map(this::outline).toList();
        activeMs += 10;
        StepCompleted result = new StepCompleted(
                step,
                step * 10L,
                step * 100L,
                step * 7L,
                activeMs,
                null,
                outlines,
                turn && tools.isEmpty(),
                turn ? 0 : 2,
                turn ? 0 : 1);
        recorded.put(step, result);
        return result;
    }

    synchronized void claim() {
        claimed = true;
    }

    // As the REST door and the guards do it: the row first, then a signal

    synchronized void row(RunStatus now, PauseReason reason, String why) {
        status = now;
        pauseReason = reason;
        message = why;
    }

    /** As a database does that is put back to an earlier time. */
    void forgetTheRun() {
        forgotten = true;
    }

    // Bookkeeping

    private void rememberOrFail() {
        if (forgotten) {
            throw ApplicationFailure.newNonRetryableFailure("There is no such run", RunBookkeeping.GONE);
        }
    }

    @Override
    public synchronized Begun begin(Begin asked) {
        if (failingBegins-- > 0) {
            throw new IllegalStateException("The database is away");
        }
        calls.add("begin");
        if (defectiveBegins-- > 0) {
            throw ApplicationFailure.newNonRetryableFailure("A defect", RunBookkeeping.DEFECT);
        }
        if (speechless) {
            return null;
        }
        begin = asked;
        executions.put(
                asked.execution().executionId(),
                Optional.ofNullable(asked.execution().continuedFrom()));
        if (status == RunStatus.QUEUED) {
            status = RunStatus.RUNNING;
        }
        Position from = position(asked.rawInput());
        return new Begun(
                refusal,
                kind,
                status,
                "prj-1",
                kind == RunKind.PLANNED ? null : "agt-1",
                "usr-1",
                kind == RunKind.PLANNED ? "plan" : "janitor",
                from.nextStep(),
                from.nextPlanIndex(),
                plan.size(),
                0,
                0,
                0,
                kind == RunKind.PLANNED ? null : 45_000L,
                timeoutMs,
                activeMs,
                500,
                10_000L);
    }

    private Position position(String rawInput) {
        if (rawInput == null || !rawInput.contains("continuation")) {
            return new Position(1, kind == RunKind.PLANNED ? 1 : 0);
        }
        try {
            return JSON.readValue(rawInput, Continuation.class).continuation();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(rawInput, e);
        }
    }

    @Override
    public synchronized List<CallOutline> plan(Execution execution, int fromPlanIndex) {
        calls.add("plan " + fromPlanIndex);
        pause(readingThePlan);
        int from = Math.min(fromPlanIndex - 1, plan.size());
        return List.copyOf(plan.subList(from, Math.min(from + 100, plan.size())));
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As many as was said, then all of them. */
    @Override
    public synchronized int admit(List<StepRequest> steps) {
        calls.add("admit " + steps.getFirst().stepNumber() + " to "
                + steps.getLast().stepNumber());
        return admitted.isEmpty() ? steps.size() : admitted.poll();
    }

    @Override
    public synchronized Controls controls(Incoming incoming) {
        calls.add(incoming.atBoundary() ? "controls" : "controls within step");
        rememberOrFail();
        incoming.signals().forEach(this::register);
        if (!amidControls.isEmpty()) {
            amidControls.poll().run();
        }
        if (incoming.cancelRequested()) {
            status = RunStatus.CANCELLING;
        }
        if (incoming.atBoundary() && status == RunStatus.PAUSING) {
            row(RunStatus.PAUSED, PauseReason.OPERATOR, "Paused by an operator");
            receipts.replaceAll(receipt -> receipt.equals("pause open") ? "pause effective" : receipt);
        }
        return defective ? null : answer();
    }

    private void register(Signal signal) {
        if (!registered.add(signal.id())) {
            return;
        }
        if (signal.undecodable() != null || unreadable(signal.payload())) {
            receipts.add(signal.name() + " refused: invalid");
        } else if (signal.name().equals(AgentRun.PAUSE)) {
            pause();
        } else if (signal.name().equals(AgentRun.RESUME)) {
            resume();
        } else {
            receipts.add(signal.name() + " refused: unknown");
        }
    }

    private static boolean unreadable(String payload) {
        try {
            return payload != null && !JSON.readTree(payload).isObject();
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    private void pause() {
        if (status == RunStatus.RUNNING) {
            status = RunStatus.PAUSING;
            receipts.add("pause open");
        } else {
            receipts.add(status == RunStatus.PAUSED || status == RunStatus.PAUSING ? "pause stands" : "pause refused");
        }
    }

    private void resume() {
        if (status == RunStatus.PAUSING) {
            receipts.replaceAll(receipt -> receipt.equals("pause open") ? "pause refused: withdrawn" : receipt);
        }
        boolean resumes = status == RunStatus.PAUSED || status == RunStatus.PAUSING;
        receipts.add(resumes ? "resume effective" : "resume refused");
        if (resumes) {
            row(RunStatus.RUNNING, null, null);
        }
    }

    /** Someone resolves the failed step with retry: the row runs again and repeats it. */
    synchronized void resolveWithRetry() {
        repeatStep = true;
        pausedFor.clear();
        row(RunStatus.RUNNING, null, null);
    }

    private Controls answer() {
        boolean repeat = atFailedStep && repeatStep && status == RunStatus.RUNNING;
        return new Controls(status, pauseReason, message, repeat, 500, 10_000L, activeMs);
    }

    @Override
    public synchronized Controls pauseFor(Execution execution, int step, PauseReason reason, String why) {
        calls.add("pause for " + reason.wire() + " at " + step);
        if (pausedFor.add(step)) {
            atFailedStep = true;
            row(RunStatus.PAUSED, reason, why);
        }
        return answer();
    }

    @Override
    public synchronized StepClaim claimed(Execution execution, int stepNumber) {
        calls.add("claimed " + stepNumber);
        return new StepClaim(claimed, activeMs);
    }

    @Override
    public synchronized void finish(Finish asked) {
        calls.add("finish");
        rememberOrFail();
        finish = asked;
        status = asked.status();
    }

    /** What a step does when it is asked for. */
    interface Act {
        StepCompleted on(StepRequest request, World world) throws Exception;
    }
}
