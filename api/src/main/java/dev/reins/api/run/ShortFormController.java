package dev.reins.api.run;

import dev.reins.api.run.Verbs.Asked;
import dev.reins.api.security.Caller;
import dev.reins.api.web.Body;
import dev.reins.contracts.RunId;
import dev.reins.contracts.Verb;
import dev.reins.store.StrictJson;
import dev.reins.store.run.RunView;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Control verbs by paths that do not name the project. */
@RestController
final class ShortFormController {
    private final StrictJson json;
    private final RunAccess access;
    private final Verbs verbs;

    ShortFormController(StrictJson json, RunAccess access, Verbs verbs) {
        this.json = json;
        this.access = access;
        this.verbs = verbs;
    }

    @PostMapping(path = "/api/agent/pause", produces = "application/json")
    ResponseEntity<byte[]> pause(
            Caller caller,
            Body body,
            @RequestParam(required = false) @Nullable String wait,
            HttpServletRequest request) {
        var task = json.read(body.bytes(), Said.PlainTask.class);
        RunView run = access.run(caller, task.taskId());
        return verbs.perform(Verb.PAUSE, new RunId(run.id()), task.said(), new Asked(caller, body, wait, request));
    }

    @PostMapping(path = "/api/agent/resume", produces = "application/json")
    ResponseEntity<byte[]> resume(
            Caller caller,
            Body body,
            @RequestParam(required = false) @Nullable String wait,
            HttpServletRequest request) {
        var task = json.read(body.bytes(), Said.ExtendingTask.class);
        RunView run = access.run(caller, task.taskId());
        return verbs.perform(Verb.RESUME, new RunId(run.id()), task.said(), new Asked(caller, body, wait, request));
    }

    @PostMapping(path = "/api/admin/agents/{agentId}/runs/{runId}/cancel", produces = "application/json")
    ResponseEntity<byte[]> cancel(
            Caller caller,
            @PathVariable String agentId,
            @PathVariable String runId,
            Body body,
            @RequestParam(required = false) @Nullable String wait,
            HttpServletRequest request) {
        RunView run = access.run(caller, runId);
        if (!agentId.equals(run.agentId())) {
            throw RunAccess.notFound();
        }
        Said said = json.read(body.orEmptyObject(), Said.Plain.class).said();
        return verbs.perform(Verb.CANCEL, new RunId(run.id()), said, new Asked(caller, body, wait, request));
    }
}
