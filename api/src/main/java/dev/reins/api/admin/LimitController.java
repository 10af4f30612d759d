package dev.reins.api.admin;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.store.StrictJson;
import dev.reins.store.config.SystemLimits;
import dev.reins.store.config.Tiers;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The limits above every definition: the system's and the tiers'. */
@RestController
@RequestMapping(path = "/api/admin", produces = "application/json")
final class LimitController {
    private final StrictJson json;
    private final SystemLimits limits;
    private final Tiers tiers;

    LimitController(StrictJson json, SystemLimits limits, Tiers tiers) {
        this.json = json;
        this.limits = limits;
        this.tiers = tiers;
    }

    @GetMapping("/limits")
    Answer limits() {
        return Answer.of(limits.get());
    }

    @PatchMapping("/limits")
    Answer patch(Caller caller, Body body) {
        return Answer.of(limits.patch(json.parse(body.bytes()), caller.name()));
    }

    @GetMapping("/tiers")
    Answer tiers() {
        List<Tiers.TierView> all = tiers.all();
        return Answer.list(all, all.size(), null);
    }

    @GetMapping("/tiers/{name}")
    Answer tier(@PathVariable String name) {
        return Answer.of(tiers.find(name).orElseThrow(() -> NotFound.of("tier")));
    }
}
