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

    private DefinitionCheck() {}

    /** @throws RequestRejected invalid_request, unknown_tool */
    static void check(Definition definition, Catalogs catalogs) {
        DefinitionCheck check = new DefinitionCheck();
        Names.check("/name", definition.name());
        check.model(definition.model());
        check.limits(definition.toLimits());
        check.repeatedTools(definition.toolNames());
        check.rejectIfAny(ErrorCode.INVALID_REQUEST);
        check.unknownModel(definition.model(), catalogs.models().all());
        check.rejectIfAny(ErrorCode.INVALID_REQUEST);
        check.unknownTools(definition.toolNames(), catalogs.tools());
        check.rejectIfAny(ErrorCode.UNKNOWN_TOOL);
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

    private void unknownTools(List<String> tools, ToolCatalog catalog) {
        for (int index = 0; index < tools.size(); index++) {
            expect(
                    catalog.find(tools.get(index)).isPresent(),
                    "/tools/" + index,
                    "There is no tool '" + tools.get(index) + "'");
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
