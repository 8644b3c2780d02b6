package dev.panda.orchestrator.workshop.benchmark.contender;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.TokenIds;
import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.workshop.ask.Streamed;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** An orchestrator with one method. Its requests follow the given ones in turn. */
public final class Orchestrator implements Contender {
  private final String name;
  private final GenerationClient client;
  private final List<GenerateRequest> requests;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * @param requests at least one; they lack only their prompts
   */
  public Orchestrator(String name, GenerationClient client, List<GenerateRequest> requests) {
    this.name = name;
    this.client = client;
    this.requests = List.copyOf(requests);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer ask(Prompt prompt, Runnable onToken) {
    int place = Math.floorMod(turn.getAndIncrement(), requests.size());
    GenerateRequest.Builder request = requests.get(place).toBuilder();
    prompt
        .ids()
        .ifPresentOrElse(
            ids ->
                request.setTokens(
                    TokenIds.newBuilder().addAllIds(IntStream.of(ids).boxed().toList())),
            () -> request.setText(prompt.text()));
    try {
      Streamed answer = Streamed.read(client.generate(request.build()), token -> onToken.run());
      return new Answer(
          answer.summary().getUsage().getPromptTokens(),
          answer.tokens().size(),
          Optional.of(answer.summary().getUsage()));
    } catch (ServiceException failure) {
      String reason = failure.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      throw new RequestException(reason, failure.lacksRoom(), failure);
    } catch (CommandFailure failure) {
      throw new RequestException("no summary", false, failure);
    }
  }
}
