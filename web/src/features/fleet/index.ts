export { ConnectMachine } from './ConnectMachine.js';
export { Machines } from './Machines.js';
