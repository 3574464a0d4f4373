import { Text } from '@mantine/core';
import { Link } from 'react-router';
import { app } from '../text/app';
import classes from './Brand.module.css';

export function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <img src="/favicon.svg" alt="" width={26} height={26} />
      <Text component="span" fw={680}>
        {app.name}
      </Text>
    </Link>
  );
}
