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
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is asked of one run. */
@RestController
@RequestMapping(path = "/api/projects/{projectId}/agent-runs/{runId}", produces = "application/json")
final class RunControlController {
    private final StrictJson json;
    private final Verbs verbs;

    RunControlController(StrictJson json, Verbs verbs) {
        this.json = json;
        this.verbs = verbs;
    }

    @PostMapping("/pause")
    ResponseEntity<byte[]> pause(
            Caller caller,
            RunView run,
            Body body,
            @RequestParam(required = false) @Nullable String wait,
            HttpServletRequest request) {
        Said said = json.read(body.orEmptyObject(), Said.Plain.class).said();
        return verbs.perform(Verb.PAUSE, new RunId(run.id()), said, new Asked(caller, body, wait, request));
    }

    @PostMapping("/resume")
    ResponseEntity<byte[]> resume(
            Caller caller,
            RunView run,
            Body body,
            @RequestParam(required = false) @Nullable String wait,
            HttpServletRequest request) {
        Said said = json.read(body.orEmptyObject(), Said.Extending.class).said();
        return verbs.perform(Verb.RESUME, new RunId(run.id()), said, new Asked(caller, body, wait, request));
    }

    @PostMapping("/cancel")
    ResponseEntity<byte[]> cancel(
            Caller caller,
            RunView run,
            Body body,
            @RequestParam(required = false) @Nullable String wait,
            HttpServletRequest request) {
        Said said = json.read(body.orEmptyObject(), Said.Plain.class).said();
        return verbs.perform(Verb.CANCEL, new RunId(run.id()), said, new Asked(caller, body, wait, request));
    }
}
