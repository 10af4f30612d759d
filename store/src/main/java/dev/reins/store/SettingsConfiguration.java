package dev.reins.store;

import dev.reins.store.access.ApiKeys;
import dev.reins.store.access.Audit;
import dev.reins.store.access.Idempotency;
import dev.reins.store.admission.GuardStats;
import dev.reins.store.config.Agents;
import dev.reins.store.config.Catalogs;
import dev.reins.store.config.Definitions;
import dev.reins.store.config.ModelCatalog;
import dev.reins.store.config.Projects;
import dev.reins.store.config.SystemLimits;
import dev.reins.store.config.Tiers;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.config.Users;
import dev.reins.store.run.ContinueRuns;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.StartLimits;
import dev.reins.store.run.StartRuns;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What administrators set, who may call, and how runs are started and read. */
@Configuration(proxyBeanMethods = false)
@Import({
    StrictJson.class,
    ToolCatalog.class,
    ModelCatalog.class,
    Catalogs.class,
    StartRuns.class,
    ContinueRuns.class,
    StartLimits.class,
    GuardStats.class,
    RunViews.class,
    SystemLimits.class,
    Tiers.class,
    Users.class,
    Projects.class,
    Definitions.class,
    Agents.class,
    Audit.class,
    ApiKeys.class,
    Idempotency.class
})
public class SettingsConfiguration {}
