export { machineClock, type Clock } from './clock.ts';
export { met, notYet, waitFor, type Answer, type Patience } from './wait-for.ts';
