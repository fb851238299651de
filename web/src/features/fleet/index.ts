export { ConnectMachine } from './ConnectMachine.js';
export { FleetPage } from './FleetPage.js';
export { Machines } from './Machines.js';
