package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.Method;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Long texts, which a tokenizer would take long over: they are refused by their length. */
@Attack
class TextFloodIT {
  private static final String LONG = "e\n".repeat((4 << 20) / 2 - 64);
  private static final String MIDDLING = "e\n".repeat((256 << 10) / 2);
  private static final int MOST_MEGABYTES = 200;
  private static final int MOST_SECONDS = 20;

  /** What the base service allows for each token of its context. */
  private static final int CHARACTERS_A_TOKEN = 16;

  private static final int WAVES = 5;

  private final AttackedPanda panda;

  TextFloodIT(AttackedPanda panda) {
    this.panda = panda;
  }

  @Test
  void chatsAreRefusedAndAParallelStreamIsUnharmed() {
    ManagedChannel client = panda.orchestrator().connect();
    Generation alone = Generation.start(client, aligned(200));
    assertThat(alone.outcome().isOk()).isTrue();
    long before = panda.base().residentMegabytes();

    Generation beside = Generation.start(client, aligned(200)).begun();
    List<Generation> flood = new ArrayList<>(flood(8, LONG));
    flood.addAll(flood(60, MIDDLING));
    List<Outcome> outcomes = Generation.outcomes(flood);

    assertThat(panda.base().process().isRunning()).as(panda.base().process().output()).isTrue();
    long growth = panda.base().residentMegabytes() - before;
    Figures.write(
        "text flood, chats",
        "%s; slowest %.1f s; base service %+d MB; parallel stream %s",
        Outcome.count(outcomes),
        Outcome.slowest(outcomes),
        growth,
        beside.outcome().code());
    assertRefused(outcomes);
    assertThat(growth).isLessThan(MOST_MEGABYTES);
    assertThat(beside.outcome().code()).isEqualTo(Status.Code.OK);
    assertThat(beside.tokens()).isEqualTo(alone.tokens());
  }

  private List<Generation> flood(int chats, String content) {
    GenerateRequest.Builder chat = GenerateRequest.newBuilder().setMethod(Method.METHOD_GREEDY);
    chat.getChatBuilder().addMessagesBuilder().setRole("user").setContent(content);
    return Generation.start(
        chats, () -> Generation.start(panda.orchestrator().connect(), chat.build()));
  }

  /** Texts just below the limit are tokenised; whoever opens with token ids waits for none. */
  @Test
  void opensDoNotWaitForTextsThatAreTokenised() throws Exception {
    MethodDescriptor<?, ?> decode = BaseModelServiceGrpc.getDecodeMethod();
    DecodeRequest.Builder open = DecodeRequest.newBuilder();
    open.getOpenBuilder().setK(1).setMaxTokens(1).getPromptBuilder().getTokensBuilder().addIds(40);
    byte[] text =
        TokenizeRequest.newBuilder()
            .setText("e\n".repeat(CHARACTERS_A_TOKEN * AttackedPanda.CONTEXT / 2))
            .build()
            .toByteArray();
    ManagedChannel client = panda.base().connect();

    Bystander bystander = Bystander.of(panda.base().connect(), decode, open.build().toByteArray());
    List<Outcome> flood = new ArrayList<>();
    for (int wave = 0; wave < WAVES; wave++) {
      flood.addAll(
          Call.outcomes(
              Stream.generate(
                      () ->
                          Call.start(
                              client,
                              BaseModelServiceGrpc.getTokenizeMethod(),
                              CallOptions.DEFAULT,
                              text))
                  .limit(200)
                  .toList()));
    }
    List<Outcome> opens = bystander.outcomes();

    Figures.write(
        "text flood, below the limit",
        "%s; slowest %.1f s; opens with token ids meanwhile %s, slowest %.2f s",
        Outcome.count(flood),
        Outcome.slowest(flood),
        Outcome.count(opens),
        Outcome.slowest(opens));
    Outcome.assertAll(
        flood, each -> each.isOk() || each.isRefusedWithHint(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(flood).anyMatch(Outcome::isOk);
    Outcome.assertAll(opens, Outcome::isOk);
    assertThat(opens).hasSizeGreaterThan(20);
    assertThat(Outcome.slowest(opens)).isLessThan(1);
  }

  /** What else of the base service takes a text. */
  @Test
  void everyCallThatTakesATextRefusesIt() {
    DecodeRequest.Builder decode = DecodeRequest.newBuilder();
    decode.getOpenBuilder().setK(1).setMaxTokens(1).getPromptBuilder().setText(LONG);
    EmbedRequest.Builder embed = EmbedRequest.newBuilder();
    embed.getPromptBuilder().setText(LONG);
    RenderChatRequest.Builder chat = RenderChatRequest.newBuilder();
    chat.getChatBuilder().addMessagesBuilder().setRole("user").setContent(LONG);
    ManagedChannel client = panda.base().connect();

    List<Outcome> outcomes =
        Call.outcomes(
            Stream.of(
                    Call.start(
                        client,
                        BaseModelServiceGrpc.getTokenizeMethod(),
                        CallOptions.DEFAULT,
                        TokenizeRequest.newBuilder().setText(LONG).build().toByteArray()),
                    Call.start(
                        client,
                        BaseModelServiceGrpc.getDecodeMethod(),
                        CallOptions.DEFAULT,
                        decode.build().toByteArray()),
                    Call.start(
                        client,
                        BaseModelServiceGrpc.getRenderChatMethod(),
                        CallOptions.DEFAULT,
                        chat.build().toByteArray()),
                    Call.start(
                        client,
                        BaseModelServiceGrpc.getEmbedMethod(),
                        CallOptions.DEFAULT,
                        embed.build().toByteArray()))
                .toList());

    Figures.write(
        "text flood, other calls",
        "%s; slowest %.1f s",
        Outcome.count(outcomes),
        Outcome.slowest(outcomes));
    assertRefused(outcomes);
  }

  private static void assertRefused(List<Outcome> outcomes) {
    Outcome.assertAll(
        outcomes,
        outcome ->
            outcome.code() == Status.Code.INVALID_ARGUMENT
                || outcome.isRefusedWithHint(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(Outcome.slowest(outcomes)).isLessThan(MOST_SECONDS);
  }
}
