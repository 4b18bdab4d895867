import { sh, type Command } from '@keybuzz/sdk';

// The node's own library reads the file against the schemas of the node and its plugins, as the node would when it starts.
const program = String.raw`
logger:set_primary_config(level, none),
[File] = init:get_plain_arguments(),
Say = fun(Error) ->
  Words = try cuttlefish_error:xlate(Error) catch _:_ -> io_lib:format("~p", [Error]) end,
  io:format(standard_error, "~ts~n", [Words])
end,
Schema = cuttlefish_schema:files(filelib:wildcard(code:lib_dir(rabbit) ++ "/../*/priv/schema/*.schema")),
Read = case cuttlefish_conf:file(File) of
  {errorlist, _} = Wrong -> {error, reading, Wrong};
  Settings -> cuttlefish_generator:map(Schema, Settings)
end,
case Read of
  {error, _, {errorlist, Errors}} -> [Say(Error) || {error, Error} <- Errors], halt(1);
  _ -> halt(0)
end.`;

/** Exits 0 only when the installed RabbitMQ knows every key of the file and takes its values; otherwise it names them. Nothing is started. */
export function knownToRabbitmq(candidate: string): Command {
  return sh`erl -noinput -boot start_clean -pa /usr/lib/rabbitmq/lib/rabbitmq_server-*/plugins/*/ebin -eval ${program.trim().replaceAll('\n', ' ')} -extra ${candidate}`;
}
