package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.ServedPreference;

/**
 * Where a preference is served.
 *
 * @param service what that service serves beside it
 */
public record Route(RewardModels client, RewardDescription service, ServedPreference preference) {}
