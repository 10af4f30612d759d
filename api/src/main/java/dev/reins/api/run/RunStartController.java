package dev.reins.api.run;

import dev.reins.api.engine.EngineStart;
import dev.reins.api.reconcile.AgentNames;
import dev.reins.api.reconcile.EngineDoor;
import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.api.web.Once;
import dev.reins.api.web.Once.Done;
import dev.reins.api.web.Onces;
import dev.reins.api.web.Replies;
import dev.reins.api.web.Reply;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.Wire;
import dev.reins.store.StrictJson;
import dev.reins.store.run.ContinueRun;
import dev.reins.store.run.ContinueRuns;
import dev.reins.store.run.RunView;
import dev.reins.store.run.StartRun;
import dev.reins.store.run.StartRuns;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Supplier;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Starts runs, and continues ended ones as new runs: the row first, then the workflow, which the reconciler starts where that did not get through. */
@RestController
final class RunStartController {
    private final RunAccess access;
    private final StartRuns starts;
    private final ContinueRuns continues;
    private final StrictJson json;
    private final Onces onces;
    private final Replies replies;
    private final EngineDoor door;
    private final AgentNames names;

    RunStartController(
            RunAccess access,
            StartRuns starts,
            ContinueRuns continues,
            StrictJson json,
            Onces onces,
            Replies replies,
            EngineDoor door,
            AgentNames names) {
        this.access = access;
        this.starts = starts;
        this.continues = continues;
        this.json = json;
        this.onces = onces;
        this.replies = replies;
        this.door = door;
        this.names = names;
    }

    @PostMapping(path = "/api/projects/{projectId}/agent-runs", produces = "application/json")
    ResponseEntity<byte[]> start(Caller caller, @PathVariable String projectId, Body body, HttpServletRequest request) {
        access.requireProject(caller, projectId);
        var wish = new StartRun(
                RunId.next(),
                json.parse(body.bytes()),
                projectId,
                caller.isAdmin() ? null : caller.userId(),
                caller.isAdmin(),
                StartedVia.REST);
        return start(onces.of(request, body, caller.keyId()), () -> starts.start(wish));
    }

    @PostMapping(path = "/api/projects/{projectId}/agent-runs/{runId}/continue", produces = "application/json")
    ResponseEntity<byte[]> goOn(Caller caller, RunView run, Body body, HttpServletRequest request) {
        var wish =
                new ContinueRun(RunId.next(), new RunId(run.id()), json.parse(body.orEmptyObject()), caller.isAdmin());
        return start(onces.of(request, body, caller.keyId()), () -> continues.start(wish));
    }

    private ResponseEntity<byte[]> start(Once once, Supplier<RunView> work) {
        Done<RunView> done = once.execute(work, this::created);
        done.fresh().ifPresent(run -> AfterCommit.tryTo(run.id(), false, () -> door.tryStart(engineStart(run))));
        return done.reply().toResponse();
    }

    private Reply created(RunView run) {
        return replies.of(201, Answer.of(run))
                .with("Location", "/api/projects/" + run.projectId() + "/agent-runs/" + run.id());
    }

    private EngineStart engineStart(RunView run) {
        return new EngineStart(
                new RunId(run.id()),
                run.projectId(),
                run.agentId(),
                names.of(run.agentId()),
                run.userId(),
                Wire.of(RunStatus.class, run.status()));
    }
}
