package dev.reins.worker;

import dev.reins.activities.http.HttpRequestTool;
import dev.reins.activities.model.AiCompleteTool;
import dev.reins.activities.model.ModelProvider;
import dev.reins.activities.model.Models;
import dev.reins.activities.model.PriceList;
import dev.reins.activities.run.Beginnings;
import dev.reins.activities.run.BookkeepingActivities;
import dev.reins.activities.scripted.ScriptedModel;
import dev.reins.activities.step.Outlines;
import dev.reins.activities.step.RunContents;
import dev.reins.activities.step.StepActivity;
import dev.reins.activities.step.StepRunner;
import dev.reins.activities.tool.DelayTool;
import dev.reins.activities.tool.EchoTool;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.Tools;
import dev.reins.store.StrictJson;
import dev.reins.store.admission.Admissions;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.control.RunControls;
import dev.reins.store.journal.Journal;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.StartRuns;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Tools, models and activities. A further {@link Tool} or {@link ModelProvider} need only be a bean. */
@Configuration(proxyBeanMethods = false)
@Import({EchoTool.class, DelayTool.class, AiCompleteTool.class})
class ActivitiesConfiguration {

    @Bean
    HttpRequestTool httpRequest(WorkerSettings settings) {
        return new HttpRequestTool(settings.addressFilter());
    }

    @Bean
    ScriptedModel scripted(WorkerSettings settings) {
        return new ScriptedModel(settings.scriptsFolder());
    }

    @Bean
    Models models(List<ModelProvider> providers) {
        return new Models(providers, PriceList.bundled());
    }

    @Bean
    Tools tools(List<Tool> tools) {
        return new Tools(tools);
    }

    @Bean
    RunContents runContents(Journal journal) {
        return new RunContents(journal);
    }

    @Bean
    StepRunner stepRunner(
            Admissions admissions, Journal journal, RunContents runs, ToolCatalog catalog, Tools tools, Models models) {
        return new StepRunner(admissions, journal, runs, catalog, tools, models);
    }

    @Bean
    StepActivity steps(StepRunner runner) {
        return new StepActivity(runner);
    }

    @Bean
    BookkeepingActivities bookkeeping(
            Beginnings beginnings,
            RunLifecycle lifecycle,
            RunControls controls,
            RunContents runs,
            Tools tools,
            StepRunner steps) {
        return new BookkeepingActivities(beginnings, lifecycle, controls, runs, new Outlines(tools), steps);
    }

    @Bean
    Beginnings beginnings(RunViews views, StartRuns starts, StrictJson json, RunLifecycle lifecycle, RunContents runs) {
        return new Beginnings(views, starts, json, lifecycle, runs);
    }
}
