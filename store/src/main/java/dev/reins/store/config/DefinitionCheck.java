package dev.reins.store.config;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.ModelProviderSpec;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.limits.LimitsPatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be right about a definition, beyond its shape. */
final class DefinitionCheck {
    private static final int MAX_TOKENS = 1_000_000;
    private static final double MAX_TEMPERATURE = 2;
    private static final Map<String, String> OWN_MEMBERS =
            Map.of("/limits/maxSteps", "/maxSteps", "/limits/timeoutSeconds", "/defaultTimeout");

    private final List<FieldError> errors = new ArrayList<>();
    private final Catalogs catalogs;

    private DefinitionCheck(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /** @throws RequestRejected invalid_request, unknown_tool */
    static void check(Definition definition, Catalogs catalogs) {
        DefinitionCheck check = new DefinitionCheck(catalogs);
        check.form(definition);
        check.existence(definition.model());
        check.existence(definition.toolNames(), List.of());
    }

    /**
     * What the definition names already may be gone by now: whoever changes something else need not put that right first.
     *
     * @throws RequestRejected invalid_request, unknown_tool
     */
    static void checkChange(Definition before, Definition changed, Catalogs catalogs) {
        DefinitionCheck check = new DefinitionCheck(catalogs);
        check.form(changed);
        if (!changed.model().isSameAs(before.model())) {
            check.existence(changed.model());
        }
        check.existence(changed.toolNames(), before.toolNames());
    }

    private void form(Definition definition) {
        Names.check("/name", definition.name());
        model(definition.model());
        limits(definition.toLimits());
        repeatedTools(definition.toolNames());
        rejectIfAny(ErrorCode.INVALID_REQUEST);
    }

    private void existence(Definition.Model model) {
        unknownModel(model, catalogs.models().all());
        rejectIfAny(ErrorCode.INVALID_REQUEST);
    }

    private void existence(List<String> tools, List<String> exempt) {
        unknownTools(tools, exempt);
        rejectIfAny(ErrorCode.UNKNOWN_TOOL);
    }

    private void model(Definition.Model model) {
        expect(
                model.provider().matches("[a-z0-9_-]{1,64}"),
                "/model/provider",
                "A provider is named by 1 to 64 of the characters a-z 0-9 _ -");
        expect(
                !model.name().isBlank() && model.name().length() <= 200,
                "/model/name",
                "A model's name has 1 to 200 characters");
        Integer tokens = model.maxTokens();
        expect(
                tokens == null || tokens >= 1 && tokens <= MAX_TOKENS,
                "/model/maxTokens",
                "maxTokens must be between 1 and " + MAX_TOKENS);
        Double temperature = model.temperature();
        expect(
                temperature == null || temperature >= 0 && temperature <= MAX_TEMPERATURE,
                "/model/temperature",
                "temperature must be between 0 and 2");
    }

    private void limits(LimitsPatch limits) {
        for (FieldError error : limits.outOfRange("/limits")) {
            errors.add(new FieldError(
                    OWN_MEMBERS.getOrDefault(error.pointer(), error.pointer()),
                    error.message().replace("timeoutSeconds", "defaultTimeout")));
        }
    }

    private void repeatedTools(List<String> tools) {
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < tools.size(); index++) {
            expect(seen.add(tools.get(index)), "/tools/" + index, "'" + tools.get(index) + "' is listed twice");
        }
    }

    /** Until a worker has told what it has, nothing is known to be missing. */
    private void unknownModel(Definition.Model model, Map<String, ModelProviderSpec> providers) {
        ModelProviderSpec provider = providers.get(model.provider());
        expect(
                provider != null || providers.isEmpty(),
                "/model/provider",
                "There is no model provider '" + model.provider() + "'; there is "
                        + String.join(", ", providers.keySet()));
        expect(
                provider == null || provider.mayHave(model.name()),
                "/model/name",
                "The provider '" + model.provider() + "' has no model '" + model.name() + "'");
    }

    private void unknownTools(List<String> tools, List<String> exempt) {
        for (int index = 0; index < tools.size(); index++) {
            String tool = tools.get(index);
            expect(
                    exempt.contains(tool) || catalogs.tools().find(tool).isPresent(),
                    "/tools/" + index,
                    "There is no tool '" + tool + "'");
        }
    }

    private void expect(boolean asExpected, String pointer, String otherwise) {
        if (!asExpected) {
            errors.add(new FieldError(pointer, otherwise));
        }
    }

    private void rejectIfAny(ErrorCode code) {
        if (!errors.isEmpty()) {
            throw new RequestRejected(code, errors.getFirst().message(), errors);
        }
    }
}
