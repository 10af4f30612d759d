package dev.reins.worker;

import dev.reins.activities.model.Models;
import dev.reins.activities.tool.Tools;
import dev.reins.store.config.Catalogs;
import org.springframework.stereotype.Component;

/** Tells everyone what this worker has. */
@Component
final class Publication {
    private final Catalogs catalogs;
    private final Tools tools;
    private final Models models;

    Publication(Catalogs catalogs, Tools tools, Models models) {
        this.catalogs = catalogs;
        this.tools = tools;
        this.models = models;
    }

    void publish() {
        catalogs.tools().publish(tools.specs());
        catalogs.models().publish(models.specs());
    }
}
