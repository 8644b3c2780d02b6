package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Parsing;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.transformer.reward.RewardModel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What all decode streams of the service share.
 *
 * @param rewards the reward models that may guide a sequence
 * @param idleTimeout how long a stream waits for its client
 */
record Decoding(
    DecodeRequests requests,
    Answers answers,
    List<RewardModel> rewards,
    Parsing parsing,
    Duration idleTimeout) {

  /** Parses an open: at once if it needs no tokenisation. Cancel it if nobody waits for it. */
  CompletableFuture<ValidOpen> parse(OpenSequence open) {
    return Prompts.isText(open.getPrompt())
        ? parsing.run(() -> requests.length(open), () -> requests.open(open))
        : Parsing.atOnce(() -> requests.length(open), () -> requests.open(open));
  }
}
