package dev.reins.store.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.Pointers;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.journal.Reference;
import dev.reins.store.run.StartBody.PlanStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What must be right about a plan before any of it runs. Errors name at most the first hundred faults. */
final class PlanCheck {
    private static final int MAX_ERRORS = 100;
    private static final long MAX_ESTIMATE = 1_000_000_000_000L;

    private final List<PlanStep> plan;

    PlanCheck(List<PlanStep> plan) {
        this.plan = plan;
    }

    /** @throws RequestRejected invalid_request */
    void checkForm() {
        List<FieldError> errors = new ArrayList<>();
        int firstOfGroup = 0;
        for (int index = 0; index < plan.size() && errors.size() < MAX_ERRORS; index++) {
            if (index > 0
                    && !(plan.get(index).isParallel() && plan.get(index - 1).isParallel())) {
                firstOfGroup = index;
            }
            checkEstimate(index, errors);
            checkReferences(index, firstOfGroup, errors);
        }
        rejectIf(errors, ErrorCode.INVALID_REQUEST);
    }

    /** @throws RequestRejected unknown_tool, invalid_tool_input */
    void checkTools(ToolCatalog catalog) {
        Map<String, ToolSpec> tools = catalog.all();
        List<FieldError> unknown = new ArrayList<>();
        List<FieldError> invalid = new ArrayList<>();
        for (int index = 0; index < plan.size() && unknown.size() + invalid.size() < MAX_ERRORS; index++) {
            PlanStep step = plan.get(index);
            ToolSpec known = tools.get(step.tool());
            ToolSpec spec = known == null ? catalog.find(step.tool()).orElse(null) : known;
            if (spec == null) {
                unknown.add(new FieldError(at(index, "tool"), "There is no tool '" + step.tool() + "'"));
            } else {
                invalid.addAll(catalog.check(spec, step.params(), at(index, "params")));
            }
        }
        rejectIf(unknown, ErrorCode.UNKNOWN_TOOL);
        rejectIf(invalid, ErrorCode.INVALID_TOOL_INPUT);
    }

    private void checkEstimate(int index, List<FieldError> errors) {
        Long estimate = plan.get(index).estimatedCredits();
        if (estimate != null && (estimate < 0 || estimate > MAX_ESTIMATE)) {
            errors.add(new FieldError(
                    at(index, "estimatedCredits"), "estimatedCredits must be between 0 and " + MAX_ESTIMATE));
        }
    }

    /** Steps that run side by side have no outputs yet for each other, so all of them refer to what is before them. */
    private void checkReferences(int index, int firstOfGroup, List<FieldError> errors) {
        Reference.Found found = Reference.findAll(plan.get(index).params(), at(index, "params"));
        errors.addAll(found.malformed());
        for (Reference reference : found.references()) {
            if (reference.step() < 1 || reference.step() > firstOfGroup) {
                errors.add(new FieldError(reference.place(), sentence(reference.step(), index + 1)));
            }
        }
    }

    private static String sentence(int referred, int step) {
        return referred < 1 || referred >= step
                ? "Step %d can refer only to earlier steps, not to step %d".formatted(step, referred)
                : "Step %d cannot refer to step %d, which runs side by side with it".formatted(step, referred);
    }

    private static String at(int index, String member) {
        return Pointers.member(Pointers.element("/plan", index), member);
    }

    private static void rejectIf(List<FieldError> errors, ErrorCode code) {
        if (!errors.isEmpty()) {
            List<FieldError> first = errors.subList(0, Math.min(MAX_ERRORS, errors.size()));
            throw new RequestRejected(code, first.getFirst().message(), first);
        }
    }
}
