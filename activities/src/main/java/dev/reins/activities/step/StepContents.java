package dev.reins.activities.step;

import dev.reins.activities.model.ChatMessage;
import dev.reins.activities.model.ModelCall;
import dev.reins.activities.model.Models;
import dev.reins.activities.tool.Cancellation;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.Tools;
import dev.reins.contracts.Category;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.RunId;
import dev.reins.contracts.ToolSpec;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.journal.Journal;
import dev.reins.store.journal.Journal.PlannedStep;
import dev.reins.store.journal.Journal.Snapshot;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads from the journal what a step contains: a step of the plan, a tool call of a model's turn, or a model's turn. */
final class StepContents {
    private static final int MAX_TOKENS = 1024;
    /** What a model is shown of its conversation at most, the prompt among it. */
    private static final int MAX_MESSAGES = 100;

    private final Journal journal;
    private final RunContents runs;
    private final ToolCatalog catalog;
    private final Tools tools;
    private final Models models;

    StepContents(Journal journal, RunContents runs, ToolCatalog catalog, Tools tools, Models models) {
        this.journal = journal;
        this.runs = runs;
        this.catalog = catalog;
        this.tools = tools;
        this.models = models;
    }

    Step read(StepRequest request) {
        if (request.planIndex() != null) {
            return planned(request, request.planIndex());
        }
        return request.callIndex() != null && request.turnStep() != null
                ? requested(request.execution().runId(), request.turnStep(), request.callIndex())
                : modelTurn(request);
    }

    private Step planned(StepRequest request, int planIndex) {
        RunId runId = request.execution().runId();
        PlannedStep step = runs.planStep(runId, planIndex);
        long atLeast = step.estimatedCredits() == null ? 0 : step.estimatedCredits();
        try {
            JsonNode input = new References(index -> output(runId, index)).resolve(step.params());
            return toolStep(tools.find(step.tool()), step.tool(), input, atLeast, null);
        } catch (References.Unresolved e) {
            return new Step.FaultyStep(
                    step.tool(), category(step.tool()), step.params(), String.valueOf(e.getMessage()), null);
        }
    }

    /** What a step of the plan gave: to this run, or to the one of those it continues that performed it. */
    private Optional<JsonNode> output(RunId runId, int planIndex) {
        Snapshot run = runs.snapshot(runId);
        while (planIndex < run.planFrom() && run.resumedFrom() != null) {
            run = runs.snapshot(run.resumedFrom());
        }
        return journal.output(run.runId(), run.stepNumber(planIndex));
    }

    private Step requested(RunId runId, int turnStep, int callIndex) {
        Journal.ToolCall call = runs.toolCall(runId, turnStep, callIndex);
        Optional<Tool> tool = permitted(runs.snapshot(runId).definition()).contains(call.tool())
                ? tools.find(call.tool())
                : Optional.empty();
        return toolStep(tool, call.tool(), call.arguments(), 0, call.id());
    }

    private Step toolStep(Optional<Tool> found, String name, JsonNode input, long atLeast, @Nullable String callId) {
        if (found.isEmpty()) {
            return new Step.FaultyStep(
                    name, Category.DEFAULT, input, "There is no tool '" + name + "' for this run", callId);
        }
        Tool tool = found.get();
        List<FieldError> faults = catalog.check(tool.spec(), input, "");
        if (!faults.isEmpty()) {
            return new Step.FaultyStep(name, tool.spec().category(), input, sentence(name, faults), callId);
        }
        return Traits.of(tool, input)
                .<Step>map(
                        traits -> new Step.ToolStep(tool, input, traits, Math.max(traits.estimate(), atLeast), callId))
                .orElseGet(() -> new Step.FaultyStep(name, tool.spec().category(), input, broken(name), callId));
    }

    private static String broken(String tool) {
        return tool + " broke over its input with an internal error";
    }

    private static String sentence(String tool, List<FieldError> faults) {
        return faults.stream()
                .limit(5)
                .map(fault -> fault.pointer() + " " + fault.message())
                .collect(Collectors.joining("; ", "The input of " + tool + " is not valid: ", ""));
    }

    private Category category(String tool) {
        return tools.find(tool).map(found -> found.spec().category()).orElse(Category.DEFAULT);
    }

    private Step modelTurn(StepRequest request) {
        RunId runId = request.execution().runId();
        JsonNode definition = Objects.requireNonNull(runs.snapshot(runId).definition(), "definition");
        JsonNode model = definition.path("model");
        String provider = model.path("provider").asString("");
        ModelCall call = new ModelCall(
                model.path("name").asString(""),
                definition.path("instructions").asString(""),
                messages(runId),
                runs.modelTurns(runId, request.stepNumber()),
                specs(definition),
                model.path("maxTokens").asInt(MAX_TOKENS),
                model.path("temperature").isNumber() ? model.path("temperature").doubleValue() : null,
                runId + "/" + request.stepNumber(),
                new Cancellation());
        return new Step.ModelStep(provider, call, models.estimate(provider, call));
    }

    private List<ChatMessage> messages(RunId runId) {
        List<Journal.Message> latest = journal.latestMessages(runId, MAX_MESSAGES - 1);
        return Conversation.shown(latest, latest.size() < MAX_MESSAGES - 1 ? Optional.empty() : journal.prompt(runId));
    }

    private List<ToolSpec> specs(JsonNode definition) {
        return permitted(definition).stream()
                .flatMap(name -> tools.find(name).stream())
                .map(Tool::spec)
                .toList();
    }

    private static List<String> permitted(@Nullable JsonNode definition) {
        return definition == null
                ? List.of()
                : definition.path("tools").valueStream().map(JsonNode::asString).toList();
    }
}
