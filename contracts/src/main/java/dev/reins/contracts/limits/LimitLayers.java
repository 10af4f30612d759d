package dev.reins.contracts.limits;

/**
 * The layers whose overlay is a run's limits, from the widest scope to the narrowest. The later layer wins, but for what
 * the tier caps: there a definition's higher value is lowered, and a run's own is rejected. What a tier leaves out it
 * takes, caps included, from the system.
 *
 * @param definition with the definition's maxSteps and defaultTimeout as maxSteps and timeoutSeconds
 */
public record LimitLayers(LimitsPatch system, TierLimits tier, LimitsPatch definition, LimitsPatch run) {

    /** @throws dev.reins.contracts.RequestRejected limit_above_cap, for the run's values above the tier's caps */
    public EffectiveLimits overlay() {
        return new Overlay(this).effective();
    }
}
