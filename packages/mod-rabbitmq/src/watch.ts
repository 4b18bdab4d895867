import { runEvery, text, type Host, type Operation } from '@keybuzz/sdk';
import { service } from './places.ts';
import { port } from './ports.ts';

const name = 'keybuzz-rabbitmq-watch';

/** Seconds between two looks, and how many in a row must find the same before the node is started anew. */
const every = 10;
const looks = 3;

/**
 * A node whose Erlang runs and whose RabbitMQ does not is started anew once enough others can be reached. A node that was
 * cut off pauses, and may fail to start again when it meets the others too early: it would stay so for ever, active as
 * far as systemd knows. A node that is drained, or that cannot reach the others, is left as it is.
 */
export function watched(host: Host, members: readonly Host[]): Operation {
  return runEvery(every, name, { module: 'rabbitmq', description: `Start ${service} anew when only its Erlang runs`, program: script(host, members) });
}

/** What is run at every look; the tool that takes a second only where the node's port is closed. */
export function script(host: Host, members: readonly Host[]): string {
  const others = members.filter((each) => each.name !== host.name).map(({ address }) => address);
  return text`
    #!/bin/bash
    # Written by keybuzz (module rabbitmq): edits here are overwritten.
    seen=/run/${name}
    well() { rm -f "$seen"; exit 0; }
    systemctl is-active --quiet ${service} || well
    [ -z "$(ss -Hlnt 'sport = :${port.amqp}')" ] || well
    [ "$(timeout 30 rabbitmqctl --quiet eval 'rabbit:is_running().')" = false ] || well
    reached=0
    for peer in ${others.join(' ')}; do
      timeout 2 bash -c ": </dev/tcp/$peer/${port.distribution}" 2>/dev/null && reached=$((reached + 1))
    done
    [ "$reached" -ge ${Math.floor(members.length / 2)} ] || well
    echo x >> "$seen"
    [ "$(wc -l < "$seen")" -ge ${looks} ] || exit 0
    rm -f "$seen"
    echo "<5>RabbitMQ does not run in this Erlang, and $reached other nodes can be reached: it is started anew"
    exec systemctl restart ${service}
  `;
}
