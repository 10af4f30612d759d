package dev.reins.activities.model;

import dev.reins.activities.tool.CallFailed;
import dev.reins.contracts.ModelProviderSpec;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The model providers that this worker has, and what they cost. */
public final class Models {
    private final Map<String, ModelProvider> byName;
    private final PriceList prices;

    public Models(Collection<? extends ModelProvider> providers, PriceList prices) {
        this.byName =
                providers.stream().collect(Collectors.toUnmodifiableMap(ModelProvider::name, Function.identity()));
        this.prices = prices;
    }

    public List<ModelProviderSpec> specs() {
        return byName.values().stream()
                .map(provider ->
                        new ModelProviderSpec(provider.name(), provider.models().orElse(null)))
                .toList();
    }

    /** Credits that the call uses at most: what it reads and the longest reply. */
    public long estimate(String provider, ModelCall call) {
        return prices.cost(provider, call.model(), Tokens.of(call), call.maxTokens())
                .orElse(PriceList.UNKNOWN);
    }

    /** Credits that a reply cost; null where no price is known. */
    public @Nullable Long cost(String provider, String model, ModelReply reply) {
        return prices.cost(provider, model, reply.inputTokens(), reply.outputTokens())
                .orElse(null);
    }

    public ModelReply complete(String provider, ModelCall call) throws CallFailed, IOException, InterruptedException {
        ModelProvider found = byName.get(provider);
        if (found == null) {
            throw CallFailed.forGood("There is no model provider '" + provider + "' here; there is "
                    + byName.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        return found.complete(call);
    }
}
