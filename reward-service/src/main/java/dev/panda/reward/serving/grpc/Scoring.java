package dev.panda.reward.serving.grpc;

import dev.panda.transformer.reward.RewardModel;
import java.time.Duration;
import java.util.List;

/**
 * What all score streams of the service share.
 *
 * @param idleTimeout how long a stream waits for its client
 */
record Scoring(ScoreRequests requests, List<RewardModel> models, Duration idleTimeout) {}
