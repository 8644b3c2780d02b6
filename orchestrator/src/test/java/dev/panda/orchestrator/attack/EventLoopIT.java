package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Messages that take long to read do not hold up other clients. */
@Attack
class EventLoopIT {
  private static final int MESSAGES = 40;
  private static final byte[] EMPTY = {};

  /** No message has such a field. */
  private static final int UNKNOWN = 15;

  private final AttackedPanda panda;

  EventLoopIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /** A method and a message to attack it with. */
  private record Message(MethodDescriptor<?, ?> method, byte[] message) {}

  @Test
  void ofTheOrchestrator() throws Exception {
    MethodDescriptor<?, ?> generate = GenerationServiceGrpc.getGenerateMethod();
    MethodDescriptor<?, ?> list = GenerationServiceGrpc.getListPreferencesMethod();
    GenerateRequest small = unaligned(1);
    assertOthersAreServed(
        panda.orchestrator(),
        new Message(generate, small.toByteArray()),
        new Message(generate, Messages.emptyElements(2, 1)),
        new Message(generate, Messages.emptyElements(4)),
        new Message(generate, Messages.emptyElements(6)),
        new Message(generate, Messages.emptyElements(13)),
        new Message(list, Messages.emptyElements(UNKNOWN)));
  }

  @Test
  void ofTheBaseModelService() throws Exception {
    MethodDescriptor<?, ?> decode = BaseModelServiceGrpc.getDecodeMethod();
    assertOthersAreServed(
        panda.base(),
        new Message(BaseModelServiceGrpc.getGetModelMethod(), EMPTY),
        new Message(decode, Messages.emptyElements(1, 1, 3, 1)),
        new Message(decode, Messages.emptyElements(UNKNOWN)),
        new Message(BaseModelServiceGrpc.getRenderChatMethod(), Messages.emptyElements(1, 1)),
        new Message(BaseModelServiceGrpc.getDetokenizeMethod(), Messages.numbers(1)),
        new Message(BaseModelServiceGrpc.getTokenizeMethod(), Messages.emptyElements(UNKNOWN)));
  }

  @Test
  void ofTheRewardService() throws Exception {
    MethodDescriptor<?, ?> score = RewardServiceGrpc.getScoreMethod();
    MethodDescriptor<?, ?> sequences = RewardServiceGrpc.getScoreSequencesMethod();
    assertOthersAreServed(
        panda.kind(),
        new Message(RewardServiceGrpc.getListPreferencesMethod(), EMPTY),
        new Message(score, Messages.emptyElements(1, 3)),
        new Message(score, Messages.numbers(1, 1)),
        new Message(sequences, Messages.emptyElements(2)),
        new Message(sequences, Messages.emptyElements(3)),
        new Message(sequences, Messages.numbers(1)));
  }

  private void assertOthersAreServed(Service service, Message small, Message... attacks)
      throws Exception {
    Bystander bystander = Bystander.of(service.connect(), small.method(), small.message());
    List<CompletableFuture<Outcome>> calls = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      Message attack = attacks[i % attacks.length];
      calls.add(
          Call.start(service.connect(), attack.method(), CallOptions.DEFAULT, attack.message()));
    }
    List<Outcome> refused = Call.outcomes(calls);
    List<Outcome> served = bystander.outcomes();

    Figures.write(
        "40 x 2 million elements",
        "%s: %s in %.1f s; meanwhile %s, slowest %.1f s",
        small.method().getServiceName(),
        Outcome.count(refused),
        Outcome.slowest(refused),
        Outcome.count(served),
        Outcome.slowest(served));
    Outcome.assertAll(
        refused,
        outcome ->
            outcome.isOk()
                || outcome.code() == Status.Code.INVALID_ARGUMENT
                || outcome.code() == Status.Code.NOT_FOUND
                || outcome.isRefusedWithHint(Status.Code.RESOURCE_EXHAUSTED));
    Outcome.assertAll(served, Outcome::isOk);
    assertThat(Outcome.slowest(served)).isLessThan(5);
  }
}
