import type { components } from './schema';
import type { Role } from './types';

/** Users and sessions, in the form that the typed client reads, for servers whose OpenAPI document does not name them yet. */

export interface User {
  name: string;
  role: Role;
  /** Labels that limit which deployments are shown; empty without a limit. */
  scope: Record<string, string>;
  disabled: boolean;
  created_at: string;
  last_sign_in_at?: string | null;
}

export interface SessionItem {
  id: string;
  user: string;
  from: 'password' | 'key' | 'oidc';
  created_at: string;
  last_used_at: string;
  expires_at?: string | null;
  address: string;
  current: boolean;
}

export interface NewUser {
  name: string;
  password: string;
  role: Role;
  scope: Record<string, string>;
}

export interface UserChange {
  password?: string;
  role?: Role;
  scope?: Record<string, string>;
  disabled?: boolean;
}

interface Problem {
  headers: Record<string, unknown>;
  content: { 'application/json': components['schemas']['ErrorBody'] };
}

interface Json<T> {
  headers: Record<string, unknown>;
  content: { 'application/json': T };
}

interface Nothing {
  headers: Record<string, unknown>;
  content?: never;
}

interface Body<T> {
  content: { 'application/json': T };
}

interface Page<T> {
  items: T[];
  next?: string | null;
}

interface ByName {
  path: { name: string };
}

export interface AccessPaths {
  '/api/v1/users': {
    get: { responses: { 200: Json<Page<User>>; default: Problem } };
    post: { requestBody: Body<NewUser>; responses: { 201: Json<User>; default: Problem } };
  };
  '/api/v1/users/{name}': {
    patch: {
      parameters: ByName;
      requestBody: Body<UserChange>;
      responses: { 200: Json<User>; default: Problem };
    };
    delete: { parameters: ByName; responses: { 204: Nothing; default: Problem } };
  };
  '/api/v1/sessions': { get: { responses: { 200: Json<Page<SessionItem>>; default: Problem } } };
  '/api/v1/sessions/{session}': {
    delete: { parameters: { path: { session: string } }; responses: { 204: Nothing; default: Problem } };
  };
  '/api/v1/session/password': {
    post: { requestBody: Body<{ old: string; new: string }>; responses: { 204: Nothing; default: Problem } };
  };
}
