package dev.reins.activities.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What models' tokens cost, in credits per 1,000. A step's cost is rounded up to whole credits. */
public final class PriceList {
    /** What a step is estimated at where no price is known. */
    public static final long UNKNOWN = 100;

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private record Price(BigDecimal input, BigDecimal output) {}

    private final Map<String, Map<String, Map<String, Number>>> providers;

    private PriceList(Map<String, Map<String, Map<String, Number>>> providers) {
        this.providers = providers;
    }

    /** The list that comes with Reins: the resource {@code prices.yaml}. */
    public static PriceList bundled() {
        try (InputStream yaml = Objects.requireNonNull(PriceList.class.getResourceAsStream("/prices.yaml"))) {
            return new PriceList(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What so many tokens cost; empty where no price is known. */
    public Optional<Long> cost(String provider, String model, long inputTokens, long outputTokens) {
        return price(provider, model)
                .map(price -> price.input()
                        .multiply(BigDecimal.valueOf(inputTokens))
                        .add(price.output().multiply(BigDecimal.valueOf(outputTokens)))
                        .divide(THOUSAND, 0, RoundingMode.CEILING)
                        .longValueExact());
    }

    private Optional<Price> price(String provider, String model) {
        Map<String, Map<String, Number>> models = providers.getOrDefault(provider, Map.of());
        return Optional.ofNullable(models.getOrDefault(model, models.get("*")))
                .map(price -> new Price(amount(price, "input"), amount(price, "output")));
    }

    private static BigDecimal amount(Map<String, Number> price, String kind) {
        return new BigDecimal(Objects.requireNonNull(price.get(kind), kind).toString());
    }
}
