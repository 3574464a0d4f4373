import { Chip, Group, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconLayoutGrid, IconSearchOff } from '@tabler/icons-react';
import { templatesQuery } from '../../api/queries/catalogue';
import type { Template } from '../../api/types';
import { catalogue as text } from '../../text/catalogue';
import { common } from '../../text/common';
import { EmptyState } from '../../ui/EmptyState';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchField } from '../../ui/SearchField';
import { useUrlState } from '../../ui/useUrlState';
import { byCategory, categoriesOf, categoryName, filterTemplates } from './categories';
import { TemplateCard } from './TemplateCard';

const COLUMNS = { base: 1, sm: 2, lg: 3 };

export function CataloguePage() {
  return (
    <Page title={text.title} lead={text.lead}>
      <QueryView query={useQuery(templatesQuery)} skeleton={<GridSkeleton />}>
        {(templates) =>
          templates.length === 0 ? (
            <EmptyState icon={IconLayoutGrid} title={text.emptyTitle} text={text.empty} />
          ) : (
            <Grid templates={templates} />
          )
        }
      </QueryView>
    </Page>
  );
}

function Grid({ templates }: { templates: Template[] }) {
  const [search, setSearch] = useUrlState('q');
  const [category, setCategory] = useUrlState('category');
  const shown = filterTemplates(templates, search, category);
  return (
    <>
      <Stack gap="md">
        <SearchField label={text.search} value={search} onChange={setSearch} maw={420} />
        <Chip.Group value={category} onChange={(value) => setCategory(value)}>
          <Group gap={8} role="radiogroup" aria-label={text.category}>
            {['', ...categoriesOf(templates)].map((value) => (
              <Chip key={value} value={value} size="sm" variant="outline">
                {value === '' ? common.all : categoryName(value)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Stack>
      {shown.length === 0 && (
        <EmptyState icon={IconSearchOff} title={common.noMatch} text={common.noMatchHint} />
      )}
      <SimpleGrid cols={COLUMNS} spacing="md">
        {byCategory(shown).map((template) => (
          <TemplateCard key={template.name} template={template} />
        ))}
      </SimpleGrid>
    </>
  );
}

function GridSkeleton() {
  return (
    <SimpleGrid cols={COLUMNS} spacing="md">
      {Array.from({ length: 9 }, (_, card) => (
        <Skeleton key={card} h={112} radius="lg" />
      ))}
    </SimpleGrid>
  );
}
