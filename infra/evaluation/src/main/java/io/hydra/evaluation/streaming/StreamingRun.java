package io.hydra.evaluation.streaming;

import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.run.Asker;
import io.hydra.evaluation.run.EvaluationProgress;
import io.hydra.evaluation.run.Round;
import io.hydra.evaluation.run.RoundBase;
import io.hydra.evaluation.run.Settings;
import io.hydra.evaluation.run.Workers;
import io.hydra.evaluation.streaming.StreamedUser.Answered;
import io.hydra.evaluation.streaming.StreamedUser.ShiftedUser;
import io.hydra.evaluation.streaming.Turns.Watched;
import io.hydra.llm.Llm;
import io.hydra.model.PersonalModel;
import io.hydra.schemas.redis.HistoryItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Streams every round's users in time order, half of them with a shift in the middle: each item is
 * asked before it is learned. Of a closed task every user is also {@link TurnRun turned} into
 * others, without the LLM.
 *
 * @param settings of which methods and mode do not count
 * @param llm stays the caller's to close
 */
public record StreamingRun(
    Settings settings, RoundBase bases, Llm llm, EvaluationProgress progress) {
  public Stream run(List<Round> rounds) {
    Stream stream = new Stream(settings.task());
    Map<String, Object> facts = new LinkedHashMap<>();
    long seed = settings.seeds().get(0);
    for (Round round : rounds) {
      List<ShiftedUser> users = ShiftedUser.of(round.measured(), seed);
      try (PersonalModel model = bases.train(round, seed, round.name(), facts)) {
        Asker asker = new Asker(llm, round.llmModel(), settings.task(), seed);
        List<List<Answered>> answers =
            Workers.map(
                users,
                settings.threads(),
                round.name() + ": streams",
                progress,
                user -> new StreamedUser(model, settings, asker).run(user));
        if (settings.task().isClosed()) {
          TurnRun turns = new TurnRun(model, settings.task(), settings.fit(), seed);
          List<Watched> watched =
              Workers.map(
                  round.measured(),
                  settings.threads(),
                  round.name() + ": turns",
                  progress,
                  user -> turns.watch(round.measured(), user));
          stream.turns().add(watched);
        }
        for (int u = 0; u < users.size(); u++) {
          add(stream, users.get(u), answers.get(u));
        }
      }
    }
    return stream;
  }

  private static void add(Stream stream, ShiftedUser user, List<Answered> answers) {
    for (int i = 0; i < answers.size(); i++) {
      HistoryItem item = user.items().get(i);
      Question question =
          new Question(user.id() + "/" + item.eventId(), user.id(), i, item.output());
      stream.add(question, i < user.shift() ? -1 : i - user.shift(), answers.get(i));
    }
  }
}
